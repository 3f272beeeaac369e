// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A reliable subscription: every entry of a context's log after a cursor, in order, one at a time.
 *
 * <p>The next entry comes when the future of the one before succeeds: that is the acknowledgement,
 * and the back-pressure. Whoever keeps the cursor of what it has acknowledged, together with what
 * it made of it, goes on after a restart with nothing lost and nothing twice. If the node restarts,
 * the feed waits for it.
 *
 * <p>Notices on the bus are at most once; here they only say that there is something to read. What
 * is delivered is read from the log by position, and each entry must name the hash of the one
 * before. At most one part of the log is kept in memory.
 *
 * <p>Runs on the Vert.x context of whoever begins it.
 */
public final class LogFeed {
  private static final int PART_ENTRIES = 256;
  private static final int PART_BYTES = 1 << 20;
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);

  /** What does not get better by trying again. */
  private static final Set<Code> FINAL =
      EnumSet.of(
          Code.CONTEXT_NOT_FOUND,
          Code.CONTEXT_DAMAGED,
          Code.UNAUTHORIZED,
          Code.INVALID_REQUEST,
          Code.PRIOR_MISMATCH,
          Code.LOG_BEGINS_LATER);

  private final Vertx vertx;
  private final Context context;
  private final Bus bus;
  private final ContextId id;
  private final Function<Entry.Logged, Future<?>> subscriber;
  private final Deque<Entry.Logged> waiting = new ArrayDeque<>();
  private final Promise<Cursor> ended = Promise.promise();
  private final List<MessageConsumer<?>> consumers;
  private final long poll;
  private volatile Cursor cursor;
  private Duration retry = FIRST_RETRY;
  private boolean reading;
  private boolean handling;
  private boolean behind = true;
  private boolean stopped;

  private LogFeed(
      final Vertx vertx,
      final ContextId id,
      final Cursor from,
      final Duration pollEvery,
      final Function<Entry.Logged, Future<?>> subscriber) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.bus = Bus.of(vertx);
    this.id = id;
    this.cursor = from;
    this.subscriber = subscriber;
    consumers =
        List.of(
            bus.subscribe(Topics.COMMITTED, notice -> onContext(() -> committed(notice))),
            bus.subscribe(
                Topics.TRANSACTION_EXECUTED,
                notice -> onContext(() -> heard(notice.context(), notice.position()))));
    poll = vertx.setPeriodic(pollEvery.toMillis(), _ -> onContext(this::wake));
  }

  /**
   * Begins a feed.
   *
   * @param context whose log
   * @param from what the subscriber has dealt with already
   * @param pollEvery how long a lost notice may delay an entry
   * @param subscriber gets an entry; the future that it returns must succeed once it has dealt with
   *     it, and ends the feed if it fails
   */
  public static LogFeed follow(
      final Vertx vertx,
      final ContextId context,
      final Cursor from,
      final Duration pollEvery,
      final Function<Entry.Logged, Future<?>> subscriber) {
    final LogFeed feed = new LogFeed(vertx, context, from, pollEvery, subscriber);
    feed.onContext(feed::pump);
    return feed;
  }

  /** What has been acknowledged. From any thread. */
  public Cursor cursor() {
    return cursor;
  }

  /**
   * Completes when the feed has ended: with the cursor if it was stopped; with the failure of the
   * subscriber; or with a {@link NodeException}: {@code CONTEXT_NOT_FOUND} if the context is gone,
   * {@code CONTEXT_DAMAGED} at the damage, {@code PRIOR_MISMATCH} if the log is not the one that
   * the cursor is of.
   */
  public Future<Cursor> ended() {
    return ended.future();
  }

  /** Ends the feed. An entry that the subscriber is at counts if it is acknowledged. */
  public Future<Cursor> stop() {
    onContext(
        () -> {
          stopped = true;
          pump();
        });
    return ended.future();
  }

  private void onContext(final Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  /** New entries on the same JVM: if they are the next ones they need not be read again. */
  private void committed(final Committed notice) {
    if (!notice.context().equals(id)) {
      return;
    }
    if (!reading && !handling && waiting.isEmpty() && !behind) {
      accept(notice.entries());
    } else {
      behind = true;
    }
    pump();
  }

  private void heard(final ContextId where, final long position) {
    if (where.equals(id) && position > cursor.position()) {
      wake();
    }
  }

  private void wake() {
    behind = true;
    pump();
  }

  private void pump() {
    if (handling || ended.future().isComplete()) {
      return;
    }
    if (stopped) {
      end();
      ended.tryComplete(cursor);
    } else if (!waiting.isEmpty()) {
      handle(waiting.removeFirst());
    } else if (behind && !reading) {
      read();
    }
  }

  private void handle(final Entry.Logged entry) {
    if (!entry.entry().prior().equals(cursor.hash())) {
      fail(
          Problem.of(
                  Code.PRIOR_MISMATCH,
                  "the log of context "
                      + id
                      + " is not the one whose position "
                      + cursor.position()
                      + " was acknowledged",
                  id.hash())
              .toException());
      return;
    }
    handling = true;
    acknowledgement(entry)
        .onComplete(
            result ->
                onContext(
                    () -> {
                      handling = false;
                      if (result.succeeded()) {
                        cursor = Cursor.after(entry);
                        pump();
                      } else {
                        fail(result.cause());
                      }
                    }));
  }

  private Future<?> acknowledgement(final Entry.Logged entry) {
    try {
      return subscriber.apply(entry);
    } catch (final RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void read() {
    reading = true;
    behind = false;
    bus.request(Topics.LOG_READ, new ReadLog(id, cursor.position() + 1, PART_ENTRIES, PART_BYTES))
        .onComplete(
            result ->
                onContext(
                    () -> {
                      reading = false;
                      if (result.succeeded()) {
                        received(result.result());
                      } else {
                        notReceived(result.cause());
                      }
                    }));
  }

  private void received(final LogPart part) {
    retry = FIRST_RETRY;
    if (part.head().position() < cursor.position()) {
      fail(
          Problem.of(
                  Code.PRIOR_MISMATCH,
                  "the log of context "
                      + id
                      + " ends at position "
                      + part.head().position()
                      + ", before what was acknowledged",
                  id.hash())
              .toException());
      return;
    }
    accept(part.entries());
    if (!part.entries().isEmpty()
        && part.entries().getLast().entry().position() < part.head().position()) {
      behind = true;
    }
    pump();
  }

  /** Takes entries that follow the cursor; others are to be read when it is their turn. */
  private void accept(final List<Entry.Logged> entries) {
    long next = cursor.position() + 1;
    for (final Entry.Logged entry : entries) {
      if (entry.entry().position() == next) {
        waiting.addLast(entry);
        next++;
      } else if (entry.entry().position() > next) {
        behind = true;
        return;
      }
    }
  }

  private void notReceived(final Throwable cause) {
    if (cause instanceof NodeException known && FINAL.contains(known.problem().code())) {
      fail(cause);
      return;
    }
    final long millis = retry.toMillis();
    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
    vertx.setTimer(millis, _ -> onContext(this::wake));
  }

  private void fail(final Throwable cause) {
    end();
    ended.tryFail(cause);
  }

  private void end() {
    vertx.cancelTimer(poll);
    waiting.clear();
    consumers.forEach(MessageConsumer::unregister);
  }
}
