// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of all contexts that somebody is subscribed to. Used on one thread.
 *
 * <p>Events come by {@link #executed}. The bus that brings them may lose some: a gap is filled from
 * the log at the next event, and every few seconds {@link #tick} looks at the ends of the logs.
 */
public final class Feeds {
  private static final long RECENT_BYTES = 64L << 20;
  private static final long LOOK_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LINGER_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int LOOKS_AT_ONCE = 32;
  private static final int LINGERING = 1024;

  private final LogSource source;
  private final Reads reads;
  private final Memory memory;
  private final int maxSubscriptions;
  private final Map<ContextId, Feed> feeds = new HashMap<>();
  private final Deque<Look> looks = new ArrayDeque<>();

  private int opening;

  private record Look(Feed feed, long notBefore) {}

  /**
   * Feeds over a source.
   *
   * @param maxSubscriptions how many subscriptions there may be; more are refused as {@code BUSY}
   * @param nanoTime a clock, as {@link System#nanoTime}
   */
  public Feeds(final LogSource source, final int maxSubscriptions, final LongSupplier nanoTime) {
    this.source = source;
    this.reads = new Reads(source);
    this.memory = new Memory(RECENT_BYTES, nanoTime);
    this.maxSubscriptions = maxSubscriptions;
  }

  /**
   * Subscribes to a context, which need not be on this node yet. Nothing is told before {@link
   * Cursor#start}, and nothing that happens from the call on is lost.
   *
   * @param from the first position that is wanted; absent for what happens from now on
   * @return the cursor; or a failure: {@code BUSY}, {@code INVALID_REQUEST} if the position is
   *     beyond what comes next, or whatever keeps the log from being looked at
   */
  public CompletionStage<Cursor> subscribe(
      final ContextId context, final OptionalLong from, final Subscriber subscriber) {
    if (memory.subscriptions() + opening >= maxSubscriptions) {
      return CompletableFuture.failedStage(
          Problem.of(Code.BUSY, "there are " + maxSubscriptions + " subscriptions already")
              .toException());
    }
    // Made before the log is looked at, so that it hears of what happens meanwhile.
    final Feed known = feed(context);
    if (known.isKnown() && from.orElse(0) <= known.horizon() + 1) {
      return CompletableFuture.completedStage(known.add(subscriber, first(from, known.horizon())));
    }
    opening++;
    return source
        .head(context)
        .whenComplete((_, _) -> opening--)
        .thenApply(
            head -> {
              final Feed feed = feed(context);
              final long end = Math.max(head, feed.horizon());
              if (from.orElse(0) > end + 1) {
                throw Problem.of(
                        Code.INVALID_REQUEST,
                        "position " + from.getAsLong() + " is beyond the log, which ends at " + end)
                    .toException();
              }
              if (!feed.isKnown()) {
                feed.reach(head);
              }
              return feed.add(subscriber, first(from, head));
            });
  }

  /** Takes a notice. */
  public void executed(final TransactionExecuted notice) {
    final Feed feed = feeds.get(notice.context());
    if (feed != null) {
      feed.executed(PushedEvent.of(notice));
    }
  }

  /** A context is gone: so are the subscriptions to it. */
  public void gone(final ContextId context) {
    final @Nullable Feed feed = feeds.remove(context);
    if (feed != null) {
      feed.gone();
    }
  }

  /** To be called about once a second. */
  public void tick() {
    final long now = memory.now();
    feeds.values().removeIf(feed -> isOver(feed, now));
    feeds.values().forEach(Feed::retry);
    for (int i = 0; i < LOOKS_AT_ONCE; i++) {
      final Look look = looks.peekFirst();
      if (look == null || look.notBefore - now > 0) {
        return;
      }
      looks.removeFirst();
      if (feeds.get(look.feed.context()) == look.feed) {
        look(look.feed, now);
      }
    }
  }

  /** How many subscriptions there are. */
  public int subscriptions() {
    return memory.subscriptions();
  }

  /** How many contexts are remembered. */
  public int contexts() {
    return feeds.size();
  }

  private static long first(final OptionalLong from, final long end) {
    return Math.max(1, from.orElse(end + 1));
  }

  private Feed feed(final ContextId context) {
    return feeds.computeIfAbsent(
        context,
        _ -> {
          final Feed feed = new Feed(context, reads, memory);
          feed.emptyAt(memory.now());
          looks.addLast(new Look(feed, memory.now() + LOOK_NANOS));
          return feed;
        });
  }

  private boolean isOver(final Feed feed, final long now) {
    final boolean over =
        feed.isEmpty() && (now - feed.emptySince() > LINGER_NANOS || feeds.size() > LINGERING);
    if (over) {
      feed.forget();
    }
    return over;
  }

  private void look(final Feed feed, final long now) {
    looks.addLast(new Look(feed, now + LOOK_NANOS));
    if (!feed.isEmpty()) {
      final var _ = source.head(feed.context()).thenAccept(feed::looked);
    }
  }
}
