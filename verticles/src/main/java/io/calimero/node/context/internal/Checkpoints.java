// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.SnapshotMessages.Base;
import io.calimero.node.events.messages.SnapshotMessages.CheckpointMade;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vouches for states, by rule or when asked to, and proves to others that it was done. On the loop.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Execution execution;
  private final Contexts.UniqueIds uniqueIds;
  private final LogReader reader;
  private final Async async;
  private final long every;

  Checkpoints(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Execution execution,
      final Contexts.UniqueIds uniqueIds,
      final LogReader reader,
      final Async async,
      final long every) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.execution = execution;
    this.uniqueIds = uniqueIds;
    this.reader = reader;
    this.async = async;
    this.every = every;
  }

  /** A log has passed a multiple of so many entries: its state is vouched for. */
  void consider(final Contexts.Performed performed) {
    final Configuration configuration = performed.configuration();
    final long from = performed.entries().getFirst().entry().position() - 1;
    final long to = performed.entries().getLast().entry().position();
    if (every > 0 && from / every != to / every && keys.owns(configuration.coordinator())) {
      async.settled(
          take(configuration.context()),
          (_, problem) -> {
            if (problem != null) {
              LOG.warn(
                  "no checkpoint of context {} behind position {}: {}",
                  configuration.context(),
                  to,
                  problem.message());
            }
          });
    }
  }

  /** Vouches for the state as it is when everything before is on disk. */
  CompletableFuture<CheckpointMade> take(final ContextId id) {
    return contexts
        .require(id)
        .thenCompose(
            context ->
                keys.owns(context.configuration().coordinator())
                    ? keys.find(context.configuration().coordinator())
                        .thenCompose(coordinator -> take(id, context, coordinator))
                    : Async.failed(
                        Problem.of(
                            Code.UNAUTHORIZED,
                            "only the coordinator's node can do this",
                            context.configuration().coordinator().hash())));
  }

  private CompletableFuture<CheckpointMade> take(
      final ContextId id, final Hosted context, final KeyPair coordinator) {
    final CompletableFuture<CheckpointTaken> made = new CompletableFuture<>();
    return writing
        .change(
            id,
            context,
            head ->
                async
                    .onLoop(execution.state(new GetState(id)))
                    .thenCompose(
                        state -> {
                          if (!state.head().equals(head) || !context.head().equals(head)) {
                            return Async.failed(
                                Problem.of(
                                    Code.BUSY, "the log has just gone on: try again", id.hash()));
                          }
                          final CheckpointTaken taken =
                              new CheckpointTaken(
                                  head.position(),
                                  state.root(),
                                  state.entries(),
                                  state.sizeInBytes(),
                                  context.configuration().digest());
                          made.complete(taken);
                          return CompletableFuture.completedFuture(
                              ConfigurationEvent.Signed.sign(
                                  coordinator, id, uniqueIds.next(), taken));
                        }))
        .thenCombine(made, (head, taken) -> new CheckpointMade(head, taken.stateRoot()));
  }

  /** Proves a checkpoint of the log; nothing if that cannot be done. */
  CompletableFuture<Base> base(final GetBase request) {
    return contexts
        .require(request.context())
        .thenCompose(
            _ ->
                async.blocking(
                    () -> {
                      final Optional<Entry.Signed> checkpoint =
                          reader.read(request.context(), request.position(), 1, 1).stream()
                              .findFirst()
                              .map(Entry.Logged::signed);
                      return new Base(checkpoint.flatMap(entry -> proof(request, entry)));
                    }));
  }

  private Optional<StateBase> proof(final GetBase request, final Entry.Signed checkpoint) {
    final List<Entry.Signed> succession =
        succession(request.context(), request.configuration().term(), request.position());
    if (succession.size() != request.configuration().term()) {
      return Optional.empty();
    }
    final StateBase base = new StateBase(request.configuration(), checkpoint, succession);
    final Optional<String> objection = base.objection(request.context());
    objection.ifPresent(
        why ->
            LOG.warn(
                "the checkpoint at position {} of context {} is not given to others: {}",
                request.position(),
                request.context(),
                why));
    return objection.isPresent() ? Optional.empty() : Optional.of(base);
  }

  /** The entries that named the coordinators; reads the log only if there was more than one. */
  private List<Entry.Signed> succession(
      final ContextId context, final long term, final long before) {
    final Optional<StateBase> base = reader.base(context);
    final List<Entry.Signed> succession = new ArrayList<>();
    final long from;
    if (base.isPresent()) {
      succession.addAll(base.get().succession());
      from = base.get().head().position();
    } else {
      reader.read(context, 1, 1, 1).forEach(first -> succession.add(first.signed()));
      from = 2;
    }
    long next = from;
    while (succession.size() < term && next < before) {
      final List<Entry.Logged> page = reader.read(context, next, 1000, 8 << 20);
      if (page.isEmpty()) {
        break;
      }
      page.stream().map(Entry.Logged::signed).filter(Checkpoints::names).forEach(succession::add);
      next += page.size();
    }
    return succession;
  }

  private static boolean names(final Entry.Signed signed) {
    return signed.entry().payload() instanceof final Entry.Configured configured
        && configured.change().event() instanceof CoordinatorChanged;
  }

  /** Whether an entry vouches for what cannot be: for another position than the one before it. */
  static boolean isMisplaced(final Entry entry) {
    return entry.payload() instanceof final Entry.Configured configured
        && configured.change().event() instanceof final CheckpointTaken taken
        && taken.position() != entry.position() - 1;
  }
}
