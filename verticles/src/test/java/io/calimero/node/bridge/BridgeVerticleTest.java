// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.ForeignCommands;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.Removed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BridgeVerticleTest {
  private static final ContextId CONTEXT = new ContextId(Hash.ZERO);
  private static final String REMOVE = Topics.CONTEXT_REMOVE.address();
  private static final String NODE = "calimero.v1.node.contexts";
  private static final JsonObject REQUEST = new JsonObject().put("context", CONTEXT.toString());
  private static final JsonObject REMOVED =
      new JsonObject().put("result", new JsonObject().put("removed", true));
  private static final BridgeLimits SMALL =
      new BridgeLimits(4, 4096, 2, 2, 64 * 1024, Duration.ofSeconds(30));
  private static final String TOKEN = "a token of 24 characters";

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);
  // Vert.x closes a client that nobody holds.
  private final WebSocketClient webSockets = vertx.createWebSocketClient();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void aCommandIsAnsweredAsTheBridgeOfVertxAnswersIt() throws IOException {
    removes();
    final int theirs = 20_000 + new Random().nextInt(20_000);
    final TcpEventBusBridge reference =
        TcpEventBusBridge.create(
            vertx,
            new io.vertx.ext.bridge.BridgeOptions()
                .addInboundPermitted(new PermittedOptions().setAddress(REMOVE))
                .addOutboundPermitted(new PermittedOptions().setAddress(NODE)));
    await(reference.listen(theirs, "127.0.0.1"));
    try (RawClient client = new RawClient(tcp(SMALL, Optional.empty()));
        RawClient other = new RawClient(theirs)) {
      for (final RawClient each : List.of(client, other)) {
        each.settle();
        each.register(NODE);
        each.settle();
        each.send(REMOVE, REQUEST, "mine");
      }
      assertThat(client.next()).isEqualTo(other.next());
      bus.publish(Topics.CONTEXT_GONE, new Gone(CONTEXT));
      assertThat(client.next()).isEqualTo(other.next());
      for (final RawClient each : List.of(client, other)) {
        each.register("elsewhere");
      }
      assertThat(client.next()).isEqualTo(other.next());
    }
    await(reference.close());
  }

  @Test
  void nothingElseOfTheBusIsReached() throws IOException {
    final List<Object> heard = new ArrayList<>();
    for (final String address :
        List.of("orders", Topics.MODULE_READ.address(), Topics.CONTEXT_GONE.address(), NODE)) {
      vertx.eventBus().consumer(address, message -> heard.add(message.body()));
    }
    removes();
    try (RawClient client = new RawClient(tcp(SMALL, Optional.empty()))) {
      for (final String address :
          List.of("orders", Topics.MODULE_READ.address(), Topics.CONTEXT_GONE.address(), NODE)) {
        client.send(address, REQUEST, "mine");
        assertThat(client.next().getString("message")).isEqualTo("access_denied");
        client.send(new JsonObject().put("type", "publish").put("address", address));
        assertThat(client.next().getString("message")).isEqualTo("access_denied");
      }
      for (final String address :
          List.of(
              "orders",
              REMOVE,
              Topics.CONTEXT_GONE.address(),
              "calimero.v1.context." + CONTEXT + ".secrets",
              "calimero.v1.context..events",
              "__vertx.reply.1")) {
        client.register(address);
        assertThat(client.next().getString("message")).isEqualTo("access_denied");
      }
      client.send(new JsonObject().put("type", "publish").put("address", REMOVE));
      assertThat(client.next().getString("message")).isEqualTo("access_denied");
    }
    assertThat(heard).isEmpty();
    assertThat(ForeignCommands.isNotice("calimero.v1.context." + CONTEXT + ".events")).isTrue();
  }

  @Test
  void mistakesInCommandsAreAnsweredAndDoNotReachTheNode() throws IOException {
    bus.serve(
        Topics.CONTEXT_REMOVE,
        _ -> Future.failedFuture(Problem.of(Code.CONTEXT_DAMAGED, "damaged").toException()));
    try (RawClient client = new RawClient(tcp(SMALL, Optional.empty()))) {
      for (final Object body :
          List.of(
              "text",
              7,
              new JsonObject(),
              new JsonObject().put("context", "?"),
              REQUEST.copy().put("more", 1))) {
        client.send(REMOVE, body, "mine");
        assertThat(code(client.next())).isEqualTo("INVALID_REQUEST");
      }
      client.frame(
          ("{\"type\":\"send\",\"address\":\"" + REMOVE + "\",\"replyAddress\":\"a\"}")
              .getBytes(StandardCharsets.UTF_8));
      assertThat(code(client.next())).isEqualTo("INVALID_REQUEST");
      client.send(REMOVE, REQUEST, "mine");
      assertThat(code(client.next())).isEqualTo("CONTEXT_DAMAGED");
      client.send(Topics.CONTEXT_LIST.address(), new JsonObject(), "mine");
      assertThat(code(client.next())).as("nobody serves it").isEqualTo("NOT_READY");
    }
  }

  @Test
  void whateverComesTheBridgeGoesOn() throws IOException {
    removes();
    final int port = tcp(SMALL, Optional.empty());
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    final byte[] good =
        new JsonObject()
            .put("type", "send")
            .put("address", REMOVE)
            .put("replyAddress", "mine")
            .put("headers", new JsonObject().put("codecName", "calimero").put("timeout", "no"))
            .put("body", REQUEST)
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 300; i++) {
      final byte[] bad = good.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
      }
      try (RawClient client = new RawClient(port)) {
        client.frame(bad);
        client.send(new JsonObject().put("type", "unknown").put("address", "a"));
        JsonObject next = client.next();
        while (!"unknown_type".equals(next.getString("message"))) {
          next = client.next();
        }
      } catch (final IOException e) {
        throw new AssertionError("seed " + seed + ": the connection was closed", e);
      }
    }
    for (final String text :
        List.of(
            "[]",
            "7",
            "{",
            "{\"type\":7}",
            "{\"type\":\"send\",\"address\":{}}",
            "[".repeat(4000))) {
      try (RawClient client = new RawClient(port)) {
        client.frame(text.getBytes(StandardCharsets.UTF_8));
        assertThat(client.next().getString("type")).as(text).isEqualTo("err");
        client.settle();
      }
    }
    for (final int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4097}) {
      try (RawClient client = new RawClient(port)) {
        client.bytes(
            (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length);
        assertThat(client.next().getString("message")).isEqualTo("message_too_large");
        assertThat(client.isEnded()).isTrue();
      }
    }
    try (RawClient client = new RawClient(port)) {
      client.send(REMOVE, REQUEST, "mine");
      assertThat(client.next().getJsonObject("body")).isEqualTo(REMOVED);
    }
  }

  @Test
  void aClientTakesNoMoreThanItsLimits() throws IOException {
    final Promise<Removed> slow = Promise.promise();
    bus.serve(Topics.CONTEXT_REMOVE, _ -> slow.future());
    final int port = tcp(SMALL, Optional.empty());
    try (RawClient client = new RawClient(port)) {
      client.send(REMOVE, REQUEST, "1");
      client.send(REMOVE, REQUEST, "2");
      client.send(REMOVE, REQUEST, "3");
      final JsonObject third = client.next();
      assertThat(third.getString("address")).isEqualTo("3");
      assertThat(code(third)).isEqualTo("BUSY");
      slow.complete(new Removed(true));
      assertThat(client.next().getJsonObject("body")).isEqualTo(REMOVED);
      assertThat(client.next().getJsonObject("body")).isEqualTo(REMOVED);
      for (final String kind : List.of("events", "members")) {
        client.register("calimero.v1.context." + CONTEXT + "." + kind);
      }
      client.settle();
      client.register("calimero.v1.context." + CONTEXT + ".members");
      assertThat(client.next().getString("message")).isEqualTo("address_already_registered");
      client.register(NODE);
      assertThat(client.next().getString("message")).isEqualTo("max_handlers_reached");
      client.send(
          new JsonObject()
              .put("type", "unregister")
              .put("address", "calimero.v1.context." + CONTEXT + ".members"));
      client.register(NODE);
      client.settle();
      try (RawClient b = new RawClient(port);
          RawClient c = new RawClient(port);
          RawClient d = new RawClient(port)) {
        b.settle();
        c.settle();
        d.settle();
        try (RawClient tooMany = new RawClient(port)) {
          assertThat(tooMany.isEnded()).isTrue();
        }
      }
    }
  }

  @Test
  void aClientThatDoesNotReadIsCutOffAndNothingOfItStays() throws Exception {
    final BridgeVerticle verticle = deploy(options(SMALL, Optional.empty()));
    final int port = verticle.addresses().getFirst().getPort();
    try (RawClient client = new RawClient(port)) {
      client.register(NODE);
      client.settle();
      assertThat(verticle.tcpConnections()).isOne();
      final JsonObject large = new JsonObject().put("data", "x".repeat(16_000));
      final Promise<Void> gone = Promise.promise();
      vertx.setPeriodic(
          1,
          id -> {
            for (int i = 0; i < 100; i++) {
              vertx.eventBus().publish(NODE, large);
            }
            if (verticle.tcpConnections() == 0) {
              vertx.cancelTimer(id);
              gone.complete();
            }
          });
      await(gone.future());
    }
  }

  @Test
  void withoutTheTokenNothingIsServed() throws IOException {
    removes();
    final int port = tcp(SMALL, Optional.of(TOKEN));
    for (final Object headers :
        List.of("none", new JsonObject(), token("another one of 24 chars."), token(""), "x")) {
      try (RawClient client = new RawClient(port)) {
        client.settle();
        client.send(
            new JsonObject()
                .put("type", "send")
                .put("address", REMOVE)
                .put("replyAddress", "mine")
                .put("headers", headers)
                .put("body", REQUEST));
        assertThat(client.next().getString("message")).isEqualTo("token_required");
        assertThat(client.isEnded()).isTrue();
      }
    }
    try (RawClient client = new RawClient(port)) {
      client.send(
          new JsonObject()
              .put("type", "register")
              .put("address", NODE)
              .put("headers", token(TOKEN)));
      client.send(REMOVE, REQUEST, "mine");
      assertThat(client.next().getJsonObject("body")).isEqualTo(REMOVED);
    }
  }

  @Test
  void sockJsServesTheSameToProgramsAndToThePagesThatAreNamed() throws Exception {
    removes();
    final int port =
        deploy(
                new BridgeOptions(
                    "127.0.0.1",
                    Optional.empty(),
                    Optional.of(0),
                    List.of("https://app.example"),
                    Optional.of(TOKEN),
                    SMALL))
            .addresses()
            .getFirst()
            .getPort();
    for (final String origin : List.of("", "https://app.example")) {
      final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
      final WebSocket socket = await(connect(port, origin));
      socket.textMessageHandler(text -> heard.add(new JsonObject(text)));
      final JsonObject register = new JsonObject().put("type", "register").put("address", NODE);
      await(socket.writeTextMessage("{"));
      assertThat(next(heard).getString("body")).isEqualTo("invalid_json");
      await(socket.writeTextMessage(register.copy().put("headers", token(TOKEN)).encode()));
      await(
          socket.writeTextMessage(
              new JsonObject()
                  .put("type", "send")
                  .put("address", REMOVE)
                  .put("replyAddress", "mine")
                  .put("body", REQUEST)
                  .encode()));
      assertThat(next(heard))
          .isEqualTo(
              new JsonObject().put("type", "rec").put("address", "mine").put("body", REMOVED));
      bus.publish(Topics.CONTEXT_GONE, new Gone(CONTEXT));
      assertThat(next(heard).getJsonObject("body").getString("type")).isEqualTo("gone");
      final Promise<Void> closed = Promise.promise();
      socket.closeHandler(_ -> closed.complete());
      await(socket.writeTextMessage("x".repeat(9_500)));
      await(closed.future());
    }
    for (final String origin :
        List.of("https://evil.example", "null", "https://app.example.evil")) {
      assertThatThrownBy(() -> await(connect(port, origin)))
          .isInstanceOf(UpgradeRejectedException.class)
          .hasMessageContaining("403");
    }
  }

  @Test
  void aSockJsClientThatDoesNotReadIsCutOffToo() throws Exception {
    final BridgeVerticle verticle =
        deploy(
            new BridgeOptions(
                "127.0.0.1", Optional.empty(), Optional.of(0), List.of(), Optional.empty(), SMALL));
    final WebSocket socket = await(connect(verticle.addresses().getFirst().getPort(), ""));
    await(
        socket.writeTextMessage(
            new JsonObject().put("type", "register").put("address", NODE).encode()));
    socket.pause();
    final Promise<Void> gone = Promise.promise();
    final JsonObject large = new JsonObject().put("data", "x".repeat(16_000));
    vertx.setPeriodic(
        1,
        id -> {
          for (int i = 0; i < 100; i++) {
            vertx.eventBus().publish(NODE, large);
          }
          if (verticle.sockJsConnections() == 0) {
            vertx.cancelTimer(id);
            gone.complete();
          }
        });
    await(gone.future());
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    final int port = tcp(SMALL, Optional.empty());
    assertThatThrownBy(
            () ->
                deploy(
                    new BridgeOptions(
                        "127.0.0.1",
                        Optional.of(port),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        SMALL)))
        .hasMessageContaining("bridge.tcp cannot listen on port " + port + " of 127.0.0.1");
  }

  private Future<WebSocket> connect(final int port, final String origin) {
    final WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/eventbus/websocket")
            .setAllowOriginHeader(!origin.isEmpty());
    return webSockets.connect(origin.isEmpty() ? options : options.addHeader("Origin", origin));
  }

  private void removes() {
    bus.serve(Topics.CONTEXT_REMOVE, _ -> Future.succeededFuture(new Removed(true)));
  }

  private int tcp(final BridgeLimits limits, final Optional<String> token) {
    return deploy(options(limits, token)).addresses().getFirst().getPort();
  }

  private static BridgeOptions options(final BridgeLimits limits, final Optional<String> token) {
    return new BridgeOptions(
        "127.0.0.1", Optional.of(0), Optional.empty(), List.of(), token, limits);
  }

  private BridgeVerticle deploy(final BridgeOptions options) {
    final BridgeVerticle verticle = new BridgeVerticle(options);
    await(vertx.deployVerticle(verticle));
    return verticle;
  }

  private static JsonObject token(final String token) {
    return new JsonObject().put("token", token);
  }

  private static String code(final JsonObject message) {
    return message.getJsonObject("body").getJsonObject("error").getString("code");
  }

  private static JsonObject next(final BlockingQueue<JsonObject> heard)
      throws InterruptedException {
    final JsonObject next = heard.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static <T> T await(final Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
