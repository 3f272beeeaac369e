// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge.internal;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bridge over TCP: each message is its length (four bytes, the highest first) and JSON, as
 * vertx-tcp-eventbus-bridge has it. That bridge itself is not used: it has no bound on the length
 * of a message, on connections, on registrations, nor on what a client leaves unread.
 */
public final class TcpBridge {
  private static final int LENGTH = Integer.BYTES;

  private final BridgeSession.Rules rules;
  private final NetServer server;
  private final AtomicInteger connections = new AtomicInteger();

  /** A bridge that listens nowhere yet. To be made on the event loop that it is to run on. */
  public TcpBridge(final BridgeSession.Rules rules) {
    this.rules = rules;
    this.server =
        rules
            .vertx()
            .createNetServer(
                new NetServerOptions()
                    .setTcpNoDelay(true)
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setReadIdleTimeout((int) rules.limits().idleTime().toMillis()))
            .connectHandler(this::connected);
  }

  /** Listens; the port that was taken. */
  public Future<Integer> listen(final String host, final int port) {
    return server.listen(port, host).map(NetServer::actualPort);
  }

  /** How many clients are connected now. */
  public int connections() {
    return connections.get();
  }

  /** Closes the bridge and all of its connections. */
  public Future<Void> close() {
    return server.close();
  }

  private void connected(final NetSocket socket) {
    if (connections.get() >= rules.limits().connections()) {
      final Future<Void> _ = socket.close();
      return;
    }
    connections.incrementAndGet();
    final BridgeSession session = new BridgeSession(new Tcp(socket), rules);
    socket.closeHandler(
        _ -> {
          connections.decrementAndGet();
          session.close();
        });
    // What goes wrong on the way ends with a close, which is handled.
    socket.exceptionHandler(_ -> {});
    socket.handler(frames(session));
  }

  private RecordParser frames(final BridgeSession session) {
    final RecordParser parser = RecordParser.newFixed(LENGTH);
    parser.handler(
        new Handler<>() {
          private boolean isLength = true;

          @Override
          public void handle(final Buffer part) {
            if (!isLength) {
              isLength = true;
              parser.fixedSizeMode(LENGTH);
              session.receive(part);
              return;
            }
            final int length = part.getInt(0);
            if (length <= 0 || length > rules.limits().messageSize()) {
              // Whatever comes next cannot be told apart any more.
              session.refuse("message_too_large");
              return;
            }
            isLength = false;
            parser.fixedSizeMode(length);
          }
        });
    return parser;
  }

  /** A client over TCP. */
  private record Tcp(NetSocket socket) implements Carrier {
    @Override
    public Future<?> write(final Buffer message) {
      return socket.write(
          Buffer.buffer(LENGTH + message.length())
              .appendInt(message.length())
              .appendBuffer(message));
    }

    @Override
    public void close() {
      final Future<Void> _ = socket.close();
    }

    @Override
    public void cutOff() {
      if (socket instanceof final NetSocketInternal internal) {
        final Channel channel = internal.channelHandlerContext().channel();
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
      }
    }

    @Override
    public JsonObject received(final String address, final JsonObject body, final boolean isReply) {
      return new JsonObject()
          .put("type", "message")
          .put("address", address)
          .put("headers", new JsonObject())
          .put("body", body)
          .put("send", isReply);
    }

    @Override
    public JsonObject mistake(final String reason) {
      return new JsonObject().put("type", "err").put("message", reason);
    }

    @Override
    public boolean answersPings() {
      return true;
    }
  }
}
