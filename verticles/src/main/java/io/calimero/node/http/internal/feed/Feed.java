// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/**
 * One context: how far its log may be told of, its newest events, and the cursors in it.
 *
 * <p>The horizon is the last position that is known to be executed. Between it and a cursor there
 * is never anything that the cursor is not told of: what is not among the newest events is read.
 */
final class Feed {
  private static final int RECENT = 256;
  private static final int PAGE = 256;
  private static final int PAGE_BYTES = 256 * 1024;

  private final ContextId context;
  private final Reads reads;
  private final Memory memory;
  private final Set<Cursor> cursors = new LinkedHashSet<>();
  private final TreeMap<Long, PushedEvent> recent = new TreeMap<>();
  private final Map<Long, List<Cursor>> readers = new HashMap<>();
  private final List<Cursor> toRetry = new ArrayList<>();
  private boolean known;
  private long horizon;
  private long suspected;
  private long emptySince;

  Feed(final ContextId context, final Reads reads, final Memory memory) {
    this.context = context;
    this.reads = reads;
    this.memory = memory;
  }

  ContextId context() {
    return context;
  }

  long horizon() {
    return horizon;
  }

  boolean isKnown() {
    return known;
  }

  boolean isEmpty() {
    return cursors.isEmpty();
  }

  /** When the last cursor went. */
  long emptySince() {
    return emptySince;
  }

  void emptyAt(final long nanos) {
    emptySince = nanos;
  }

  Optional<PushedEvent> recent(final long position) {
    return Optional.ofNullable(recent.get(position));
  }

  Cursor add(final Subscriber subscriber, final long next) {
    final Cursor cursor = new Cursor(this, subscriber, next);
    cursors.add(cursor);
    memory.subscribed(1);
    return cursor;
  }

  void remove(final Cursor cursor) {
    if (cursors.remove(cursor)) {
      memory.subscribed(-1);
      emptySince = memory.now();
    }
  }

  /** The log is known to reach this far, and to be executed so far. */
  void reach(final long position) {
    known = true;
    if (position > horizon) {
      horizon = position;
      List.copyOf(cursors).forEach(Cursor::resume);
    }
  }

  void executed(final PushedEvent event) {
    if (event.position() + RECENT > horizon
        && recent.putIfAbsent(event.position(), event) == null) {
      memory.taken(event.size());
      trim();
    }
    reach(event.position());
  }

  /**
   * Takes what the log says about its end. A notice may still be on its way, and it has more in it
   * than the log: what the log said the last time must have arrived by now, though.
   */
  void looked(final long head) {
    if (suspected > horizon) {
      reach(Math.min(suspected, head));
    }
    suspected = head;
  }

  void gone() {
    fail(
        List.copyOf(cursors),
        Problem.of(
            Code.CONTEXT_NOT_FOUND,
            "context " + context + " is gone from this node",
            context.hash()));
    forget();
  }

  /** Gives back what is remembered. */
  void forget() {
    recent.values().forEach(event -> memory.taken(-event.size()));
    recent.clear();
  }

  void retry() {
    final List<Cursor> again = List.copyOf(toRetry);
    toRetry.clear();
    again.forEach(Cursor::retry);
  }

  /** Reads for a cursor what comes next; cursors that stand at the same place share a read. */
  void read(final Cursor cursor) {
    final List<Cursor> others = readers.get(cursor.next());
    if (others != null) {
      others.add(cursor);
      return;
    }
    final long from = cursor.next();
    final List<Cursor> waiting = new ArrayList<>();
    waiting.add(cursor);
    readers.put(from, waiting);
    reads.submit(() -> request(from), part -> take(from, part), failure -> failed(from, failure));
  }

  private Optional<ReadLog> request(final long from) {
    if (waitingAt(from).stream().noneMatch(cursors::contains)) {
      readers.remove(from);
      return Optional.empty();
    }
    final Long newer = recent.ceilingKey(from);
    final long to = newer == null ? horizon : newer - 1;
    final int count = (int) Math.max(1, Math.min(PAGE, to - from + 1));
    return Optional.of(new ReadLog(context, from, count, PAGE_BYTES));
  }

  private void take(final long from, final LogPart part) {
    final List<Optional<PushedEvent>> events = new ArrayList<>(part.entries().size());
    for (final Entry.Logged entry : part.entries()) {
      final long position = entry.entry().position();
      if (position > horizon || position != from + events.size()) {
        break;
      }
      final Optional<PushedEvent> known = recent(position);
      events.add(known.isPresent() ? known : PushedEvent.of(entry));
    }
    if (events.isEmpty()) {
      final Problem missing =
          Problem.of(
              Code.CONTEXT_DAMAGED,
              "the entry at position " + from + " of context " + context + " is not in the log",
              context.hash());
      fail(stop(from), missing);
      return;
    }
    final Page page = new Page(from, events);
    stop(from).forEach(cursor -> cursor.take(page));
  }

  private void failed(final long from, final Throwable failure) {
    final List<Cursor> concerned = stop(from);
    switch (problem(failure).code()) {
      case BUSY, TIMEOUT, NOT_READY, NODE_UNAVAILABLE, INTERNAL -> toRetry.addAll(concerned);
      default -> fail(concerned, problem(failure));
    }
  }

  private List<Cursor> waitingAt(final long from) {
    return readers.getOrDefault(from, List.of());
  }

  private List<Cursor> stop(final long from) {
    final List<Cursor> concerned = waitingAt(from);
    readers.remove(from);
    return concerned;
  }

  private static void fail(final List<Cursor> concerned, final Problem problem) {
    concerned.forEach(cursor -> cursor.fail(problem));
  }

  private void trim() {
    while (!recent.isEmpty() && (recent.size() > RECENT || memory.isFull())) {
      memory.taken(-recent.pollFirstEntry().getValue().size());
    }
  }

  /** The problem behind a failure. */
  static Problem problem(final Throwable failure) {
    return switch (failure) {
      case NodeException expected -> expected.problem();
      case CompletionException wrapped when wrapped.getCause() != null ->
          problem(wrapped.getCause());
      default -> Problem.of(Code.INTERNAL, String.valueOf(failure));
    };
  }
}
