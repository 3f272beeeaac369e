package example;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.bus.Cursor;
import io.calimero.node.events.bus.LogFeed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A service that follows what an application emits in one context, from where it stopped the last
 * time. Give it a cursor from wherever it keeps what it makes of the events, in one transaction.
 */
public final class KeyWatcher extends VerticleBase {
  private final ContextId context;
  private final Cursor from;
  private final Function<Seen, Future<?>> store;

  /** What it stores: the events of one position, and the cursor to go on from. */
  public record Seen(List<ApplicationEvent> events, Cursor cursor) {}

  private LogFeed feed;

  public KeyWatcher(ContextId context, Cursor from, Function<Seen, Future<?>> store) {
    this.context = context;
    this.from = from;
    this.store = store;
  }

  // snippet: follow
  @Override
  public Future<?> start() {
    feed = LogFeed.follow(vertx, context, from, Duration.ofSeconds(2), this::entry);
    return Future.succeededFuture();
  }

  private Future<?> entry(Entry.Logged entry) {
    // The next entry comes when this future succeeds.
    return store.apply(
        new Seen(
            entry.outcome().map(outcome -> outcome.events()).orElse(List.of()),
            Cursor.after(entry)));
  }

  @Override
  public Future<?> stop() {
    return feed.stop();
  }
  // end
}
