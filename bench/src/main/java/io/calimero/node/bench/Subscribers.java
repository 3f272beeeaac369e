// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Cursor;
import io.calimero.node.events.bus.LogFeed;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reliable subscriptions that read a log from its beginning, as fast as they can. */
final class Subscribers {
  private static final long ENOUGH = 50_000;

  private final Vertx vertx;
  private final ContextId context;

  Subscribers(final Vertx vertx, final ContextId context) {
    this.vertx = vertx;
    this.context = context;
  }

  /** So many at once, each to the end of the log or to its first 50 000 entries. */
  void run(final Report report, final String way, final int count) {
    final long last =
        Math.min(
            ENOUGH,
            Bus.of(vertx).request(Topics.CONTEXT_GET, new Get(context)).await().head().position());
    read(count, last); // warms up
    final long begun = System.nanoTime();
    final long events = read(count, last);
    final double seconds = (System.nanoTime() - begun) / 1e9;
    report.result(
        way + ": events to " + count + " subscribers",
        Report.text(
            "%.0f/s in all, %.0f/s to each; %d entries each",
            events / seconds, events / seconds / count, last),
        new JsonObject()
            .put("subscribers", count)
            .put("events", events)
            .put("entriesEach", last)
            .put("seconds", seconds));
  }

  /** How many events of applications all of them saw. */
  private long read(final int count, final long last) {
    final List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(one(last));
    }
    Future.all(all).await();
    return all.stream().mapToLong(Future::result).sum();
  }

  private Future<Long> one(final long last) {
    final Promise<Long> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            _ -> {
              final long[] seen = {0};
              final LogFeed feed =
                  LogFeed.follow(
                      vertx,
                      context,
                      Cursor.START,
                      Duration.ofSeconds(2),
                      entry -> {
                        seen[0] += events(entry);
                        if (entry.entry().position() == last) {
                          done.complete(seen[0]);
                        }
                        return Future.succeededFuture();
                      });
              done.future().onComplete(_ -> feed.stop());
            });
    return done.future();
  }

  private static int events(final Entry.Logged entry) {
    return entry.outcome().map(outcome -> outcome.events().size()).orElse(0);
  }
}
