// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.storage.state.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings lanes to the end of their logs: from the newest snapshot that the log agrees with, else
 * from the first entry, then entry by entry. Several who want the same lane wait for one loading.
 */
final class Loader {
  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

  /** Each load asks for two pages of its log at a time, and there are others who read logs. */
  private static final int AT_ONCE = 16;

  private static final int WAITING = 16_384;
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Beginnings beginnings;
  private final Neighbours neighbours;
  private final Executor loaders;
  private final Snapshots snapshots;
  private final TaskQueue loads = new TaskQueue(AT_ONCE, WAITING);
  private final Map<Lane, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  Loader(
      final StateStore store,
      final Neighbours neighbours,
      final Executor loaders,
      final Snapshots snapshots) {
    beginnings = new Beginnings(store, neighbours, loaders);
    this.neighbours = neighbours;
    this.loaders = loaders;
    this.snapshots = snapshots;
  }

  /**
   * Completes when the lane has a committed view as new as the lane has heard of; fails as {@code
   * LOG_READ} does, {@code CONTEXT_NOT_FOUND} among others, or with {@code CONTEXT_DAMAGED}.
   */
  CompletableFuture<Void> ready(final Lane lane) {
    return lane.upToDate() ? DONE : join(lane, true);
  }

  /**
   * Waits for the loading that is under way, or begins one.
   *
   * @param mayBeOld whether that one may have read the log before the caller asked, so that its
   *     failure says nothing about now
   */
  private CompletableFuture<Void> join(final Lane lane, final boolean mayBeOld) {
    final CompletableFuture<Void> mine = new CompletableFuture<>();
    final CompletableFuture<Void> running = underWay.putIfAbsent(lane, mine);
    if (running != null) {
      return mayBeOld ? once(running, lane) : running.thenCompose(_ -> ready(lane));
    }
    final CompletableFuture<Void> _ =
        loads
            .submit(() -> load(lane))
            .whenComplete(
                (_, failure) -> {
                  underWay.remove(lane, mine);
                  if (failure == null) {
                    mine.complete(null);
                  } else {
                    mine.completeExceptionally(Futures.cause(failure));
                  }
                });
    return mine;
  }

  private CompletableFuture<Void> once(final CompletableFuture<Void> running, final Lane lane) {
    return running
        .exceptionally(_ -> null)
        .thenCompose(_ -> lane.upToDate() ? DONE : join(lane, false));
  }

  private CompletableFuture<Void> load(final Lane lane) {
    return load(lane, 0);
  }

  /**
   * Loads a lane, or brings it to the end of its log.
   *
   * @param refuted the position of the last checkpoint that the lane contradicted, so that no
   *     snapshot before it is used; 0 if there was none
   */
  private CompletableFuture<Void> load(final Lane lane, final long refuted) {
    return lane.committed().isPresent()
        ? catchUp(lane, Optional.empty(), refuted)
        : open(lane, refuted).thenCompose(_ -> catchUp(lane, Optional.empty(), refuted));
  }

  private CompletableFuture<Void> open(final Lane lane, final long refuted) {
    final ContextId context = lane.context();
    return neighbours
        .readLog(new ReadLog(context, 1, 1, Pages.BYTES))
        .exceptionallyCompose(failure -> openLater(lane, refuted, failure))
        .thenCompose(
            part ->
                lane.committed().isPresent()
                    ? DONE
                    : Futures.on(loaders, () -> first(context, part))
                        .thenCompose(
                            first ->
                                beginnings
                                    .newest(context, part.head(), refuted)
                                    .thenAccept(
                                        view -> {
                                          final boolean _ =
                                              lane.install(
                                                  Optional.empty(), view.orElse(first), List.of());
                                        })));
  }

  /**
   * Opens a context whose log begins later, from a snapshot: what the log has is not enough.
   *
   * @return anything, once the lane is open
   */
  private CompletableFuture<LogPart> openLater(
      final Lane lane, final long refuted, final Throwable failure) {
    if (!(Futures.cause(failure) instanceof final NodeException known)
        || known.problem().code() != Code.LOG_BEGINS_LATER) {
      return CompletableFuture.failedFuture(failure);
    }
    final ContextId context = lane.context();
    return neighbours
        .readLog(new ReadLog(context, Long.MAX_VALUE, 1, 1))
        .thenCompose(
            end ->
                beginnings
                    .newest(context, end.head(), refuted)
                    .thenCompose(
                        view -> {
                          if (view.isEmpty()) {
                            return Futures.failed(
                                Code.STATE_UNAVAILABLE,
                                "the state of the context is not on this node any more, and its"
                                    + " log begins too late to compute it: it is being fetched"
                                    + " from other members");
                          }
                          final boolean _ = lane.install(Optional.empty(), view.get(), List.of());
                          return CompletableFuture.completedFuture(end);
                        }));
  }

  private static ContextView first(final ContextId context, final LogPart part) {
    return part.entries().stream()
        .findFirst()
        .map(entry -> ContextView.first(context, entry))
        .orElseThrow(
            () ->
                Problem.of(
                        Code.CONTEXT_NOT_FOUND, "context " + context + " not found", context.hash())
                    .toException());
  }

  private CompletableFuture<Void> catchUp(
      final Lane lane, final Optional<Page> readAhead, final long refuted) {
    final Optional<ContextView> from = lane.committed();
    if (from.isEmpty()) {
      return load(lane, refuted);
    }
    final long position = from.get().head().position() + 1;
    final Page page =
        readAhead.filter(it -> it.position == position).orElseGet(() -> read(lane, position));
    return page.part.thenCompose(
        part -> {
          // the next page is read while this one is replayed
          final Optional<Page> next =
              last(part) < part.head().position()
                  ? Optional.of(read(lane, last(part) + 1))
                  : Optional.empty();
          return Futures.on(loaders, () -> replay(lane, from.get(), part, page.asked, refuted))
              .thenCompose(
                  came ->
                      switch (came) {
                        case Came.ToTheEnd _ -> DONE;
                        case Came.Further _ ->
                            snapshots.relieve(lane).thenCompose(_ -> catchUp(lane, next, refuted));
                        case Came.Contradicted found ->
                            distrust(lane, from.get()).thenCompose(_ -> load(lane, found.position));
                      });
        });
  }

  private CompletableFuture<Boolean> distrust(final Lane lane, final ContextView wrong) {
    lane.distrust(wrong);
    return snapshots.drop(lane);
  }

  private Page read(final Lane lane, final long position) {
    final long asked = lane.wanted();
    return new Page(
        position,
        asked,
        neighbours.readLog(new ReadLog(lane.context(), position, Pages.ENTRIES, Pages.BYTES)));
  }

  /** The position of the last entry; that of the head if there is no entry. */
  private static long last(final LogPart part) {
    return part.entries().isEmpty()
        ? part.head().position()
        : part.entries().getLast().entry().position();
  }

  private static Came replay(
      final Lane lane,
      final ContextView from,
      final LogPart part,
      final long asked,
      final long refuted) {
    final List<Step> steps = new ArrayList<>(part.entries().size());
    ContextView view = from;
    for (final Entry.Logged entry : part.entries()) {
      final Optional<String> objection =
          ContextView.checkpoint(entry.entry()).flatMap(view::objection);
      if (objection.isPresent()
          && contradicted(view, entry.entry().position(), refuted, objection.get())) {
        return new Came.Contradicted(entry.entry().position());
      }
      final Step step = Step.logged(view, entry);
      steps.add(step);
      view = step.view();
    }
    final boolean installed = steps.isEmpty() || lane.install(Optional.of(from), view, steps);
    final boolean atEnd = view.head().position() >= part.head().position() || steps.isEmpty();
    return installed && atEnd && lane.reached(asked) ? new Came.ToTheEnd() : new Came.Further();
  }

  /**
   * Whether a checkpoint of the log speaks against what the view was made of. If that was the log
   * alone, it speaks against the coordinator, and the log is the truth.
   */
  private static boolean contradicted(
      final ContextView view, final long position, final long refuted, final String objection) {
    final boolean byTheLogAlone = position <= refuted;
    LOG.atError()
        .addKeyValue("context", view.configuration().context())
        .addKeyValue("position", position)
        .log(
            byTheLogAlone
                ? "a checkpoint vouches for another state than the log gives: {}"
                : "the snapshots of a context are dropped and its log is replayed, because a"
                    + " checkpoint vouches for another state: {}",
            objection);
    return !byTheLogAlone;
  }

  /** How far a replay came. */
  private sealed interface Came {
    /** The lane has all that is in the log. */
    record ToTheEnd() implements Came {}

    /** There is more in the log. */
    record Further() implements Came {}

    /** Not to the checkpoint at the position. */
    record Contradicted(long position) implements Came {}
  }

  /**
   * A page of a log that is being read.
   *
   * @param position its first position
   * @param asked what was wanted of the lane when the reading began
   * @param part what will have been read
   */
  private record Page(long position, long asked, CompletableFuture<LogPart> part) {}
}
