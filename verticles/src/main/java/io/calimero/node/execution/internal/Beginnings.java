// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With which snapshot a lane begins: none that the log speaks against. */
final class Beginnings {
  private static final Logger LOG = LoggerFactory.getLogger(Beginnings.class);

  private final StateStore store;
  private final Neighbours neighbours;
  private final Executor loaders;

  Beginnings(final StateStore store, final Neighbours neighbours, final Executor loaders) {
    this.store = store;
    this.neighbours = neighbours;
    this.loaders = loaders;
  }

  /**
   * The newest snapshot that the log agrees with, if there is one.
   *
   * @param head where the log ends
   * @param least the first position that it may have
   */
  CompletableFuture<Optional<ContextView>> newest(
      final ContextId context, final Head head, final long least) {
    return newest(context, head, least, List.of());
  }

  private CompletableFuture<Optional<ContextView>> newest(
      final ContextId context, final Head head, final long least, final List<Long> refuted) {
    return Futures.on(loaders, () -> find(context, head, least, refuted))
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : confirm(found.get())
                        .thenCompose(
                            view -> {
                              if (view.isPresent()) {
                                return CompletableFuture.completedFuture(view);
                              }
                              final List<Long> more = new ArrayList<>(refuted);
                              more.add(found.get().position());
                              return newest(context, head, least, more);
                            }));
  }

  private Optional<Snapshot> find(
      final ContextId context, final Head head, final long least, final List<Long> refuted) {
    try {
      final StateStore.Opened opened =
          store.open(
              context,
              (position, _) ->
                  position >= least && position <= head.position() && !refuted.contains(position));
      for (final StateStore.Rejected rejected : opened.rejected()) {
        LOG.atWarn()
            .addKeyValue("context", context)
            .log("snapshot {} is not used: {}", rejected.file(), rejected.reason());
      }
      return opened.snapshot();
    } catch (final RuntimeException e) {
      // law 1: a snapshot is never needed
      LOG.atWarn()
          .addKeyValue("context", context)
          .setCause(e)
          .log("the snapshots of a context cannot be read: replaying its log");
      return Optional.empty();
    }
  }

  private CompletableFuture<Optional<ContextView>> confirm(final Snapshot snapshot) {
    return neighbours
        .readLog(new ReadLog(snapshot.context(), snapshot.position(), 1, Pages.BYTES))
        .exceptionallyCompose(
            failure ->
                Futures.cause(failure) instanceof final NodeException known
                        && known.problem().code() == Code.LOG_BEGINS_LATER
                    ? CompletableFuture.completedFuture(new LogPart(List.of(), Head.NONE))
                    : CompletableFuture.failedFuture(failure))
        .thenApply(
            part ->
                part.entries().stream()
                    .findFirst()
                    .filter(entry -> entry.entry().position() == snapshot.position())
                    .filter(entry -> entry.signed().hash().equals(snapshot.entryHash()))
                    .filter(entry -> isVouchedFor(snapshot, entry))
                    .flatMap(entry -> view(snapshot, entry)));
  }

  /** A snapshot behind a checkpoint must have the state that the checkpoint vouches for. */
  private static boolean isVouchedFor(final Snapshot snapshot, final Entry.Logged entry) {
    final boolean right =
        ContextView.checkpoint(entry.entry())
            .filter(taken -> !taken.stateRoot().equals(snapshot.view().root()))
            .isEmpty();
    if (!right) {
      LOG.atWarn()
          .addKeyValue("context", snapshot.context())
          .addKeyValue("position", snapshot.position())
          .log("a snapshot is not used: the checkpoint there vouches for another state");
    }
    return right;
  }

  private static Optional<ContextView> view(final Snapshot snapshot, final Entry.Logged entry) {
    try {
      final Configuration configuration =
          Configuration.CODEC.decode(snapshot.attachment().unsafeArray());
      return Optional.of(
          new ContextView(entry.signed().head(), configuration, snapshot.view(), Growth.NONE));
    } catch (final MalformedException e) {
      LOG.atWarn()
          .addKeyValue("context", snapshot.context())
          .addKeyValue("position", snapshot.position())
          .log("a snapshot has a configuration that cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** What is attached to a snapshot of the view. */
  static Bytes attachment(final ContextView view) {
    return Bytes.wrap(Configuration.CODEC.encode(view.configuration()));
  }
}
