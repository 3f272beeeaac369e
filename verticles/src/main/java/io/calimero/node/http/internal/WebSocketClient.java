// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.http.PushLimits;
import io.calimero.node.http.internal.feed.PushedEvent;
import io.calimero.node.http.internal.feed.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One client on {@code /ws}. What it asks for is answered, what it is subscribed to is told, and
 * neither is let grow: a client that does not read its answers is closed, and events that it does
 * not read stay in the log.
 */
final class WebSocketClient implements Subscriber {
  private static final short GOING_AWAY = 1001;
  private static final short UNSUPPORTED = 1003;
  private static final short TOO_BIG = 1009;
  private static final short TRY_AGAIN_LATER = 1013;
  private static final Duration CLOSING_TIME = Duration.ofSeconds(2);

  /** How many times the usual bound answers may wait: they cannot be left in the log. */
  private static final int UNREAD = 8;

  private static final int FRAME = 64 * 1024;
  private static final Buffer EVENT = Buffer.buffer("{\"id\":null,\"result\":");
  private static final Buffer PING = Buffer.buffer("calimero");

  private final ServerWebSocket socket;
  private final HttpConnection connection;
  private final Push push;
  private final EventJson.Shape shape;
  private final PushLimits limits;
  private final Outbox outbox;
  private final Subscriptions subscriptions;
  private Buffer message = Buffer.buffer(0);
  private boolean inMessage;
  private int underWay;
  private boolean closing;
  private long closingAt;
  private long heard;
  private long pinged;
  private boolean awaitingPong;

  /**
   * A client.
   *
   * @param connection what the socket runs over
   */
  WebSocketClient(
      final ServerWebSocket socket,
      final HttpConnection connection,
      final Push push,
      final EventJson.Shape shape) {
    this.socket = socket;
    this.connection = connection;
    this.push = push;
    this.shape = shape;
    this.limits = push.limits();
    this.outbox = new Outbox(limits.unsent(), push.nanoTime(), this::write, this::hasRoom);
    this.subscriptions = new Subscriptions(push.feeds(), limits.subscriptionsPerClient(), this);
    this.heard = push.nanoTime().getAsLong();
    this.pinged = heard;
    socket.frameHandler(this::receive);
    socket.pongHandler(_ -> heard());
    // what goes wrong on the way ends with a close, which is handled
    socket.exceptionHandler(_ -> {});
  }

  /** Ends what the client has taken; the socket is closed. */
  void closed() {
    closing = true;
    subscriptions.close();
    message = Buffer.buffer(0);
  }

  void stop() {
    close(GOING_AWAY, "the node is stopping");
  }

  /** Looks after a client that shows no life. To be called about once a second. */
  void tick() {
    if (closing) {
      cutOff();
      return;
    }
    if (outbox.isStalled(limits.stallTime())) {
      close(TRY_AGAIN_LATER, "nothing was read for " + limits.stallTime().toMillis() + " ms");
      return;
    }
    final long now = push.nanoTime().getAsLong();
    final long alive = Math.max(heard, outbox.progress());
    if (awaitingPong) {
      if (alive - pinged < 0 && now - pinged > limits.pongTime().toNanos()) {
        close(GOING_AWAY, "no answer to a ping");
      } else if (alive - pinged >= 0) {
        awaitingPong = false;
      }
    } else if (now - pinged > limits.pingEvery().toNanos()) {
      pinged = now;
      awaitingPong = true;
      final Future<Void> _ = socket.writePing(PING);
    }
  }

  @Override
  public boolean ready() {
    return !closing && outbox.ready();
  }

  @Override
  public void event(final PushedEvent event) {
    for (final Buffer json : push.json().of(event, shape)) {
      send(
          Buffer.buffer(EVENT.length() + json.length() + 1)
              .appendBuffer(EVENT)
              .appendBuffer(json)
              .appendByte((byte) '}'));
    }
  }

  @Override
  public void failed(final ContextId context, final Problem problem) {
    subscriptions.ended(context);
    send(PushAnswers.failed(context, problem));
  }

  private void receive(final WebSocketFrame frame) {
    heard();
    if (closing || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
      return;
    }
    if (frame.isBinary()) {
      close(UNSUPPORTED, "messages are text");
      return;
    }
    final Buffer part = frame.binaryData();
    if (message.length() + (long) part.length() > limits.messageSize()) {
      close(TOO_BIG, "a message has at most " + limits.messageSize() + " bytes");
      return;
    }
    message = inMessage ? message.appendBuffer(part) : part;
    if (!inMessage && !frame.isFinal()) {
      message = Buffer.buffer(part.length()).appendBuffer(part);
    }
    inMessage = !frame.isFinal();
    if (frame.isFinal()) {
      final byte[] whole = message.getBytes();
      message = Buffer.buffer(0);
      answer(PushParser.parse(whole));
    }
  }

  private void answer(final PushRequest request) {
    underWay++;
    final Future<?> done =
        switch (request) {
          case PushRequest.Subscription(final Bytes id, _, _, _, _) when tooMany() -> busy(id);
          case PushRequest.Rpc(final RpcRequest.Call call) when tooMany() -> busy(call.id());
          case PushRequest.Subscription wish when wish.subscribe() -> subscribe(wish);
          case PushRequest.Subscription wish ->
              subscriptions
                  .unsubscribe(wish.contexts())
                  .onSuccess(_ -> send(PushAnswers.unsubscribed(wish)));
          case PushRequest.Rpc(final RpcRequest.Call call) ->
              push.rpc().answer(call).onSuccess(answer -> send(PushAnswers.message(answer)));
          case PushRequest.Unusable unusable -> {
            send(PushAnswers.error(unusable.id(), unusable.type(), unusable.reason()));
            yield Future.succeededFuture();
          }
        };
    final Future<?> _ =
        done.onComplete(
            _ -> {
              underWay--;
              if (outbox.unsent() > (long) UNREAD * limits.unsent()) {
                close(TRY_AGAIN_LATER, "the answers are not read");
              }
            });
  }

  private boolean tooMany() {
    return underWay > limits.calls();
  }

  private Future<?> busy(final Bytes id) {
    send(
        PushAnswers.error(
            id, "Busy", limits.calls() + " messages of this socket are worked on already"));
    return Future.succeededFuture();
  }

  private Future<?> subscribe(final PushRequest.Subscription wish) {
    return subscriptions
        .subscribe(wish.contexts(), wish.from())
        .onSuccess(
            result -> {
              send(PushAnswers.subscribed(wish, result));
              result.start();
            })
        .onFailure(cause -> send(PushAnswers.error(wish.id(), Problems.problem(cause))));
  }

  private void send(final Buffer text) {
    if (!closing) {
      outbox.write(text);
    }
  }

  /** Long messages go out in frames, so that what is on its way is seen to move. */
  private Future<Void> write(final Buffer text) {
    int to = text.length() <= FRAME ? text.length() : FRAME;
    while (to < text.length() && (text.getByte(to) & 0xc0) == 0x80) {
      to--; // not within a character: the first frame is made of a string
    }
    Future<Void> last =
        socket.writeFrame(
            WebSocketFrame.textFrame(
                text.getString(0, to, StandardCharsets.UTF_8.name()), to == text.length()));
    while (to < text.length()) {
      final int end = Math.min(text.length(), to + FRAME);
      last =
          socket.writeFrame(
              WebSocketFrame.continuationFrame(text.slice(to, end), end == text.length()));
      to = end;
    }
    return last;
  }

  private void hasRoom() {
    subscriptions.resume();
  }

  /** Whoever does not read does not read the end either. */
  private void cutOff() {
    if (push.nanoTime().getAsLong() - closingAt > CLOSING_TIME.toNanos()) {
      Connections.cutOff(connection);
    }
  }

  private void heard() {
    heard = push.nanoTime().getAsLong();
  }

  private void close(final short code, final String reason) {
    if (!closing) {
      closing = true;
      closingAt = push.nanoTime().getAsLong();
      subscriptions.close();
      final Future<Void> _ = socket.close(code, reason);
    }
  }
}
