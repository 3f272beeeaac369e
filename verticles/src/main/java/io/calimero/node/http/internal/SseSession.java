// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.http.internal.feed.PushedEvent;
import io.calimero.node.http.internal.feed.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client of {@code /sse} is subscribed to, and how far it is; with a stream to it or, for a
 * while, without. Used on one event loop.
 */
final class SseSession implements Subscriber {
  private static final int JOURNAL = 4096;
  private static final Buffer RESULT = Buffer.buffer("{\"result\":");

  private final long id;
  private final Push push;
  private final Consumer<SseSession> onSentOff;
  private final Subscriptions subscriptions;
  private final Map<ContextId, Long> starts = new LinkedHashMap<>();
  private final Deque<Sent> journal = new ArrayDeque<>();
  private @Nullable SseStream stream;
  private long number;
  private long journalFrom = 1;
  private long detachedAt;
  private Map<ContextId, Long> restoring = Map.of();
  private int restorations;

  /** An event that was sent: of what, where. Kept where ids have no room for positions. */
  private record Sent(long number, ContextId context, long position) {}

  /**
   * A session without a stream.
   *
   * @param number of the last event that it was told of
   * @param onSentOff told when the session is over because its client has to come again
   */
  SseSession(
      final long id, final long number, final Push push, final Consumer<SseSession> onSentOff) {
    this.id = id;
    this.number = number;
    this.journalFrom = number + 1;
    this.push = push;
    this.onSentOff = onSentOff;
    this.subscriptions =
        new Subscriptions(push.feeds(), push.limits().subscriptionsPerClient(), this);
    this.detachedAt = push.nanoTime().getAsLong();
  }

  long id() {
    return id;
  }

  long number() {
    return number;
  }

  List<ContextId> contexts() {
    return List.copyOf(subscriptions.positions().keySet());
  }

  boolean isDetached() {
    return stream == null;
  }

  /** When the stream was lost. */
  long detachedAt() {
    return detachedAt;
  }

  /**
   * From where each context is to be told of again to a client that saw this event last; nothing if
   * that is not remembered.
   */
  Optional<Map<ContextId, Long>> positionsAfter(final LastEvent last) {
    final Map<ContextId, Long> positions = subscriptions.positions();
    restoring.forEach(positions::putIfAbsent);
    if (last.positions().isPresent() || last.number() == 0) {
      final Map<ContextId, Long> seen = last.positions().orElse(Map.of());
      positions.replaceAll(
          (context, next) ->
              seen.containsKey(context)
                  ? seen.getOrDefault(context, next)
                  : starts.getOrDefault(context, next));
      return Optional.of(positions);
    }
    if (last.number() < journalFrom - 1) {
      return Optional.empty();
    }
    for (final Iterator<Sent> sent = journal.descendingIterator(); sent.hasNext(); ) {
      final Sent each = sent.next();
      if (each.number <= last.number()) {
        break;
      }
      positions.replace(each.context, each.position);
    }
    return Optional.of(positions);
  }

  /** Goes on with a stream, from these positions; a stream there was before ends. */
  void attach(
      final SseStream opened, final boolean reconnect, final Map<ContextId, Long> positions) {
    final SseStream before = stream;
    if (before != null) {
      before.close(eventId(), "the session goes on elsewhere");
    }
    stream = opened;
    journal.clear();
    journalFrom = number + 1;
    opened.record(
        idAt(positions),
        "retry: 3000\n",
        Buffer.buffer(
            "{\"type\":\"connect\",\"session_id\":\""
                + id
                + "\",\"reconnect\":"
                + reconnect
                + "}"));
    if (!positions.isEmpty()) {
      // what goes on from where the last stream was must not overtake what it has lost
      restoring = positions;
      restorations++;
      final Future<?> _ =
          subscriptions
              .subscribe(List.copyOf(positions.keySet()), positions)
              .onComplete(_ -> restored())
              .onSuccess(result -> restored(opened, positions, result))
              .onFailure(cause -> tell(Problems.problem(cause)));
    }
  }

  private void restored() {
    restorations--;
    if (restorations == 0) {
      restoring = Map.of();
    }
  }

  /**
   * Whoever comes back while the node behind a gateway is away is sent off with the id it came
   * with, which says where it was: by that it goes on when it comes again.
   */
  private void restored(
      final SseStream opened,
      final Map<ContextId, Long> positions,
      final Subscriptions.Result result) {
    final Optional<Problem> passing =
        result.refused().values().stream().filter(SseSession::passes).findFirst();
    if (passing.isPresent() && positions.size() <= LastEvent.CONTEXTS) {
      if (stream != null && !stream.equals(opened)) {
        return; // it has come again already
      }
      opened.record(idAt(positions), "", error(passing.get()));
      opened.end();
      detach(opened);
      subscriptions.close();
      onSentOff.accept(this);
      return;
    }
    result.refused().forEach(this::failed);
    begin(result);
  }

  private static boolean passes(final Problem problem) {
    return switch (problem.code()) {
      case NODE_UNAVAILABLE, NOT_READY, TIMEOUT -> true;
      default -> false;
    };
  }

  /** The stream is gone; the session is kept. */
  void detach(final SseStream gone) {
    if (gone.equals(stream)) {
      stream = null;
      detachedAt = push.nanoTime().getAsLong();
    }
  }

  Future<Subscriptions.Result> subscribe(final PushRequest.Subscription wish) {
    return subscriptions.subscribe(wish.contexts(), wish.from());
  }

  /** Begins to tell of new subscriptions. */
  void begin(final Subscriptions.Result result) {
    result
        .cursors()
        .forEach(
            (context, cursor) -> {
              if (!starts.containsKey(context)) {
                starts.put(context, cursor.next());
              }
            });
    remember();
    result.start();
  }

  Future<List<ContextId>> unsubscribe(final List<ContextId> contexts) {
    return subscriptions
        .unsubscribe(contexts)
        .onSuccess(
            _ -> {
              contexts.forEach(starts::remove);
              remember();
            });
  }

  void tick() {
    final SseStream open = stream;
    if (open != null && !open.tick()) {
      detach(open);
    }
  }

  void close(final String reason) {
    final SseStream open = stream;
    if (open != null) {
      open.close(eventId(), reason);
      detach(open);
    }
    subscriptions.close();
  }

  /** The stream takes events again. */
  void resume() {
    subscriptions.resume();
  }

  @Override
  public boolean ready() {
    final SseStream open = stream;
    return open != null && restorations == 0 && open.ready();
  }

  @Override
  public void event(final PushedEvent event) {
    final SseStream open = stream;
    if (open == null) {
      return;
    }
    final EventJson.Shape shape = open.shape();
    final List<Buffer> parts = push.json().of(event, shape);
    for (int i = 0; i < parts.size(); i++) {
      final boolean isLast = i == parts.size() - 1;
      number++;
      note(event);
      final Buffer json = parts.get(i);
      open.record(
          isLast ? eventId() : idBefore(event),
          "",
          Buffer.buffer(RESULT.length() + json.length() + 1)
              .appendBuffer(RESULT)
              .appendBuffer(json)
              .appendByte((byte) '}'));
    }
  }

  @Override
  public void failed(final ContextId context, final Problem problem) {
    subscriptions.ended(context);
    starts.remove(context);
    tell(problem);
  }

  private void tell(final Problem problem) {
    final SseStream open = stream;
    if (open != null) {
      open.record(eventId(), "", error(problem));
    }
  }

  private static Buffer error(final Problem problem) {
    return new JsonText()
        .raw("{\"type\":\"error\",\"message\":")
        .string(problem.message())
        .raw("}")
        .toBuffer();
  }

  private void remember() {
    final SseStream open = stream;
    if (open != null && subscriptions.size() > 0) {
      open.remember(eventId());
    }
  }

  private void note(final PushedEvent event) {
    if (subscriptions.size() <= LastEvent.CONTEXTS) {
      journal.clear();
      journalFrom = number + 1;
      return;
    }
    journal.addLast(new Sent(number, event.context(), event.position()));
    if (journal.size() > JOURNAL) {
      journalFrom = journal.removeFirst().number + 1;
    }
  }

  private String eventId() {
    return idAt(subscriptions.positions());
  }

  /** The id for a client that has seen only a part of what is told of an event. */
  private String idBefore(final PushedEvent event) {
    final Map<ContextId, Long> positions = subscriptions.positions();
    positions.replace(event.context(), event.position());
    return idAt(positions);
  }

  private String idAt(final Map<ContextId, Long> positions) {
    return new LastEvent(
            id,
            number,
            positions.isEmpty() || positions.size() > LastEvent.CONTEXTS
                ? Optional.empty()
                : Optional.of(positions))
        .text();
  }
}
