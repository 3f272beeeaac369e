// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Repair;
import io.calimero.node.events.messages.MembershipMessages.Repaired;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contexts that are not what their coordinator says: stopped with the evidence on disk, and
 * repaired by a decision only. On the loop.
 */
final class Divergence {
  private static final Logger LOG = LoggerFactory.getLogger(Divergence.class);
  private static final String ELSE =
      "; remove the context from this node and join again to take the coordinator's";

  private final Contexts contexts;
  private final Execution execution;
  private final Others others;
  private final LogReader log;
  private final LongSupplier clock;
  private final Async async;

  Divergence(
      final Contexts contexts,
      final Execution execution,
      final Others others,
      final LogReader log,
      final LongSupplier clock,
      final Async async) {
    this.contexts = contexts;
    this.execution = execution;
    this.others = others;
    this.log = log;
    this.clock = clock;
    this.async = async;
  }

  /**
   * Stops a context whose coordinator has signed another history than the one in the log, if an
   * entry proves it.
   *
   * @param suspect an entry for a position of the log, or the next one, that is not the log's
   */
  CompletableFuture<Async.Done> contradiction(final Hosted hosted, final Entry.Signed suspect) {
    final Configuration now = hosted.configuration();
    final long position = Math.min(hosted.head().position(), suspect.entry().position());
    return async
        .blocking(
            () ->
                // What stood before the beginning of the log is not here to be compared
                position < log.beginning(now.context())
                    ? Optional.<Contradiction>empty()
                    : log.read(now.context(), position, 1, 1).stream()
                        .findFirst()
                        .flatMap(known -> Contradiction.of(known.signed(), suspect, now)))
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(Async.Done.DONE)
                    : stop(
                        hosted,
                        position,
                        found.get().words(),
                        List.of(found.get().known(), found.get().other())));
  }

  /** Stops a context in which executing the coordinator's next entry gave another result here. */
  CompletableFuture<Async.Done> anotherOutcome(
      final Hosted hosted, final String difference, final Entry.Signed entry) {
    return stop(hosted, entry.entry().position(), difference, List.of(entry));
  }

  /** Fails, as whoever brought the entries is told, when the evidence is on disk. */
  private CompletableFuture<Async.Done> stop(
      final Hosted hosted,
      final long position,
      final String reason,
      final List<Entry.Signed> entries) {
    final ContextId context = hosted.configuration().context();
    final Evidence evidence = new Evidence(context, clock.getAsLong(), position, reason, entries);
    return contexts
        .diverged(hosted, evidence)
        .thenCompose(
            _ -> {
              LOG.atError()
                  .addKeyValue("context", context)
                  .addKeyValue("position", position)
                  .log("a context has diverged and takes no more entries: {}", reason);
              return Async.failed(new Stop.Diverged(reason).problem(context));
            });
  }

  /**
   * Executes the log once more, compares its end with the coordinator's, and lets the context go on
   * if nothing differs. The log itself is never changed.
   */
  CompletableFuture<Repaired> repair(final Repair request) {
    return contexts.require(request.context()).thenCompose(this::repair);
  }

  private CompletableFuture<Repaired> repair(final Hosted hosted) {
    final ContextId context = hosted.configuration().context();
    final Optional<Stop> stop = hosted.stop();
    if (stop.isEmpty()) {
      return done(new Repaired(true, hosted.head(), "the context has not diverged"));
    }
    if (!(stop.get() instanceof Stop.Diverged)) {
      return Async.failed(
          Problem.of(
              Code.INVALID_REQUEST,
              "the context has not diverged, but is stopped otherwise: " + stop.get().text(),
              context.hash()));
    }
    return async
        .onLoop(execution.reexecute(new Reexecute(context)))
        .thenCompose(
            again -> {
              if (again.difference().isPresent()) {
                return done(
                    new Repaired(
                        false,
                        hosted.head(),
                        "executing the log of this node once more gives another result: "
                            + again.difference().get()
                            + ELSE));
              }
              if (!again.head().equals(hosted.head())) {
                return done(
                    new Repaired(
                        false, hosted.head(), "the log ends elsewhere than it should" + ELSE));
              }
              return compare(hosted, again.executed());
            })
        .exceptionallyCompose(
            failure ->
                Async.problem(failure).code() == Code.LOG_BEGINS_LATER
                    ? done(
                        new Repaired(
                            false,
                            hosted.head(),
                            "the log of this node cannot be executed once more: "
                                + Async.problem(failure).message()
                                + ELSE))
                    : Async.failed(Async.problem(failure)));
  }

  private CompletableFuture<Repaired> compare(final Hosted hosted, final long executed) {
    final Head head = hosted.head();
    return async
        .onLoop(others.compare(new Compare(hosted.configuration().context())))
        .thenCompose(
            compared ->
                compared.difference().isPresent()
                    ? done(
                        new Repaired(
                            false,
                            head,
                            "the coordinator's log is another one: "
                                + compared.difference().get()
                                + ELSE))
                    : contexts
                        .resume(hosted)
                        .thenApply(
                            _ ->
                                new Repaired(
                                    true,
                                    head,
                                    executed
                                        + " transactions executed once more, nothing differs, and"
                                        + " the coordinator has the same entry at position "
                                        + head.position())));
  }

  private static CompletableFuture<Repaired> done(final Repaired repaired) {
    return CompletableFuture.completedFuture(repaired);
  }
}
