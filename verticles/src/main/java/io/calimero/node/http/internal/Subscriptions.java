// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.http.internal.feed.Cursor;
import io.calimero.node.http.internal.feed.Feeds;
import io.calimero.node.http.internal.feed.Subscriber;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What one client is subscribed to. Used on one event loop. */
final class Subscriptions {
  private final Feeds feeds;
  private final int limit;
  private final Subscriber subscriber;
  private final Map<ContextId, Cursor> cursors = new LinkedHashMap<>();
  private boolean closed;
  private Future<?> last = Future.succeededFuture();

  /**
   * What came of a wish to be told.
   *
   * @param cursors the subscriptions, those that were there before too; to be started
   * @param refused the contexts that cannot be subscribed to, and why
   */
  record Result(Map<ContextId, Cursor> cursors, Map<ContextId, Problem> refused) {
    void start() {
      cursors.values().forEach(Cursor::start);
    }
  }

  Subscriptions(final Feeds feeds, final int limit, final Subscriber subscriber) {
    this.feeds = feeds;
    this.limit = limit;
    this.subscriber = subscriber;
  }

  /**
   * Subscribes, after what was asked for before. Who is subscribed already stays so, from where it
   * is; with a position it begins anew from there.
   *
   * @return what came of it; fails with {@code BUSY} if it were too many
   */
  Future<Result> subscribe(final List<ContextId> contexts, final Map<ContextId, Long> from) {
    final Future<Result> result = last.transform(_ -> doSubscribe(contexts, from));
    last = result;
    return result;
  }

  /** Ends subscriptions, after what was asked for before; tells those that there were. */
  Future<List<ContextId>> unsubscribe(final List<ContextId> contexts) {
    final Future<List<ContextId>> result =
        last.transform(
            _ -> {
              final List<ContextId> ended = new ArrayList<>();
              for (final ContextId context : contexts) {
                final Cursor cursor = cursors.remove(context);
                if (cursor != null) {
                  cursor.close();
                  ended.add(context);
                }
              }
              return Future.succeededFuture(ended);
            });
    last = result;
    return result;
  }

  /** The position that comes next in each context, in the order of the subscriptions. */
  Map<ContextId, Long> positions() {
    final Map<ContextId, Long> positions = new LinkedHashMap<>();
    cursors.forEach((context, cursor) -> positions.put(context, cursor.next()));
    return positions;
  }

  int size() {
    return cursors.size();
  }

  /** Goes on after the client was not ready. */
  void resume() {
    List.copyOf(cursors.values()).forEach(Cursor::resume);
  }

  /** A subscription has ended by itself. */
  void ended(final ContextId context) {
    cursors.remove(context);
  }

  void close() {
    closed = true;
    cursors.values().forEach(Cursor::close);
    cursors.clear();
  }

  private Future<Result> doSubscribe(
      final List<ContextId> contexts, final Map<ContextId, Long> from) {
    final Set<ContextId> all = new LinkedHashSet<>(cursors.keySet());
    all.addAll(contexts);
    if (all.size() > limit) {
      return Future.failedFuture(
          Problem.of(Code.BUSY, "more than " + limit + " subscriptions of one client")
              .toException());
    }
    final Map<ContextId, Cursor> subscribed = new LinkedHashMap<>();
    final Map<ContextId, Problem> refused = new LinkedHashMap<>();
    final List<Future<?>> opening = new ArrayList<>();
    for (final ContextId context : contexts) {
      final Cursor known = cursors.get(context);
      final Long position = from.get(context);
      if (known != null && position == null) {
        subscribed.put(context, known);
        continue;
      }
      final OptionalLong first =
          position == null ? OptionalLong.empty() : OptionalLong.of(position);
      opening.add(
          Future.fromCompletionStage(feeds.subscribe(context, first, subscriber))
              .onSuccess(cursor -> subscribed.put(context, cursor))
              .onFailure(cause -> refused.put(context, Problems.problem(cause))));
    }
    return Future.join(opening).transform(_ -> Future.succeededFuture(keep(subscribed, refused)));
  }

  private Result keep(
      final Map<ContextId, Cursor> subscribed, final Map<ContextId, Problem> refused) {
    subscribed.forEach(
        (context, cursor) -> {
          final Cursor before = cursors.put(context, cursor);
          if (before != null && !before.equals(cursor)) {
            before.close();
          }
        });
    if (closed) {
      close();
    }
    return new Result(subscribed, refused);
  }
}
