// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP verticle with logs behind it in which the test makes things happen. */
final class PushingNode implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final Vertx clients = Vertx.vertx();
  private final NodeUnderTest node;
  private final Context publisher;
  private final Map<ContextId, LogUnderTest> logs = new ConcurrentHashMap<>();

  private volatile Future<?> before = Future.succeededFuture();

  PushingNode() {
    this(PushLimits.DEFAULT);
  }

  PushingNode(final PushLimits limits) {
    this(limits, HttpLimits.DEFAULT);
  }

  PushingNode(final PushLimits limits, final HttpLimits http) {
    node = new NodeUnderTest(NodeUnderTest.EPHEMERAL.withPush(limits).withLimits(http));
    publisher = node.vertx().getOrCreateContext();
    node.when(
        Topics.CONTEXT_GET,
        request ->
            before.compose(
                _ ->
                    known(request.context())
                        .map(log -> Future.succeededFuture(log.summary()))
                        .orElseGet(() -> missing(request.context()))));
    node.when(
        Topics.LOG_READ,
        request ->
            known(request.context())
                .map(log -> Future.succeededFuture(log.read(request)))
                .orElseGet(() -> missing(request.context())));
  }

  NodeUnderTest node() {
    return node;
  }

  LogUnderTest log(final ContextId context) {
    return logs.computeIfAbsent(context, LogUnderTest::new);
  }

  /** Executes a call and lets everybody know. */
  TransactionExecuted execute(final ContextId context, final ApplicationEvent... events) {
    final TransactionExecuted notice = log(context).execute(events);
    publish(notice);
    return notice;
  }

  /** Lets everybody know, in the order in which this is called. */
  void publish(final TransactionExecuted notice) {
    publisher.runOnContext(_ -> Bus.of(node.vertx()).publish(Topics.TRANSACTION_EXECUTED, notice));
  }

  void remove(final ContextId context) {
    logs.remove(context);
    publisher.runOnContext(
        _ -> Bus.of(node.vertx()).publish(Topics.CONTEXT_GONE, new Gone(context)));
  }

  /** From now on it is told of contexts after this, and not if it fails. */
  void answersAfter(final Future<?> event) {
    before = event;
  }

  Client open() {
    return open("/ws", false);
  }

  Client open(final String path, final boolean deflate) {
    final WebSocketClient client =
        clients.createWebSocketClient(
            new WebSocketClientOptions()
                .setTryUsePerMessageCompression(deflate)
                .setMaxFrameSize(4 << 20)
                .setMaxMessageSize(4 << 20));
    final Client opened = new Client();
    final WebSocket socket =
        NodeUnderTest.await(
            client
                .connect(node.port(), "127.0.0.1", path)
                .onSuccess(
                    connected -> {
                      connected.textMessageHandler(opened.received::add);
                      connected.closeHandler(
                          _ -> opened.closed.tryComplete(connected.closeStatusCode()));
                    }));
    opened.socket = socket;
    return opened;
  }

  /** The status that an upgrade is refused with. */
  int refused() {
    final WebSocketClient client = clients.createWebSocketClient();
    final Promise<Integer> status = Promise.promise();
    client
        .connect(node.port(), "127.0.0.1", "/ws")
        .onComplete(
            result ->
                status.complete(
                    result.cause() instanceof final UpgradeRejectedException rejected
                        ? rejected.getStatus()
                        : 0));
    return NodeUnderTest.await(status.future());
  }

  private Optional<LogUnderTest> known(final ContextId context) {
    return Optional.ofNullable(logs.get(context));
  }

  private static <T> Future<T> missing(final ContextId context) {
    return Future.failedFuture(
        Problem.of(Code.CONTEXT_NOT_FOUND, "no such context", context.hash()).toException());
  }

  @Override
  public void close() {
    node.close();
    NodeUnderTest.await(clients.close());
  }

  /** A WebSocket of a client. */
  static final class Client {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final Promise<@Nullable Short> closed = Promise.promise();
    private @Nullable WebSocket socket;

    WebSocket socket() {
      return Objects.requireNonNull(socket);
    }

    void send(final String text) {
      NodeUnderTest.await(socket().writeTextMessage(text));
    }

    /** The next message as it came. */
    String text() {
      try {
        final String text = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (text == null) {
          throw new AssertionError("no message came");
        }
        return text;
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    JsonObject json() {
      return new JsonObject(Buffer.buffer(text()));
    }

    JsonObject ask(final String text) {
      send(text);
      return json();
    }

    JsonObject subscribe(final ContextId context) {
      return ask(
          "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\"" + context + "\"]}}");
    }

    JsonObject subscribe(final ContextId context, final long from) {
      return ask(
          "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
              + context
              + "\"],\"calimeroFrom\":"
              + from
              + "}}");
    }

    /** The position of the next message, which is an event. */
    long position() {
      return json().getJsonObject("result").getJsonObject("calimero_receipt").getLong("position");
    }

    /** The code that the server closes with. */
    int closeCode() {
      final Short code = NodeUnderTest.await(closed.future());
      return code == null ? 0 : code;
    }

    boolean isQuiet() {
      return received.isEmpty();
    }

    void close() {
      NodeUnderTest.await(socket().close());
    }
  }
}
