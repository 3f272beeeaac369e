// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code context watch} against a stand-in that hangs up. */
class ContextWatchTest {
  private static final String ID = "7oaUqZEpUeWZLn8ZqBEexJpV4qCTnCaeFvpmUEw4xGDG";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> wishes = new CopyOnWriteArrayList<>();
  private HttpServer server = vertx.createHttpServer();
  private Bench bench = new Bench(Path.of("."));

  @BeforeEach
  void listen() throws Exception {
    bench = new Bench(directory);
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request.response().end("{\"data\":{\"contexts\":[{\"id\":\"" + ID + "\"}]}}"))
            .webSocketHandler(
                socket -> socket.textMessageHandler(text -> answer(socket, new JsonObject(text))))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void eventsArePrintedAndGoOnWhereTheyWereWhenTheNodeComesBack() throws Exception {
    final CompletableFuture<Integer> code = watch();
    assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(bench.out())
        .isEqualTo(
            """
            5  set by Bob  Inserted {"a":1}  Esc \\u001b
            6  set by Bob
            """);
    assertThat(wishes).extracting(wish -> wish.getLong("calimeroFrom")).containsExactly(null, 6L);
    assertThat(bench.err()).contains("the connection to the node is lost", "connected again");
  }

  @Test
  void scriptsGetTheEventsAsTheyCame() throws Exception {
    assertThat(watch("--json", "--from", "3").get(20, TimeUnit.SECONDS)).isZero();
    assertThat(bench.out().lines().map(JsonObject::new))
        .extracting(event -> event.getJsonObject("calimero_receipt").getLong("position"))
        .containsExactly(5L, 6L);
    assertThat(wishes.getFirst().getLong("calimeroFrom")).isEqualTo(3);
  }

  @Test
  void whatTheNodeRefusesIsSaid() {
    assertThat(bench.run("context", "watch", ID, "--from", "99", "--node", url())).isEqualTo(4);
    assertThat(bench.err()).contains("beyond the log");
  }

  @Test
  void aPositionIsFromOneOn() {
    assertThat(bench.run("context", "watch", ID, "--from", "-1", "--node", url())).isEqualTo(2);
  }

  private CompletableFuture<Integer> watch(final String... options) {
    final List<String> words = new ArrayList<>(List.of("context", "watch", ID, "--node", url()));
    words.addAll(List.of(options));
    return CompletableFuture.supplyAsync(() -> bench.run(words.toArray(String[]::new)));
  }

  private String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** One event on the first connection, which ends then; one on the second. */
  private void answer(final ServerWebSocket socket, final JsonObject message) {
    final JsonObject wish = message.getJsonObject("params");
    if (Long.valueOf(99).equals(wish.getLong("calimeroFrom"))) {
      socket.writeTextMessage(
          "{\"id\":1,\"error\":{\"type\":\"ParseError\",\"data\":\"position 99 is beyond the log\"}}");
      return;
    }
    wishes.add(wish);
    socket.writeTextMessage(
        "{\"id\":1,\"result\":{\"contextIds\":[\""
            + ID
            + "\"],\"calimero_from\":{\""
            + ID
            + "\":5}}}");
    if (wishes.size() == 1) {
      socket.writeTextMessage(
          event(
              5,
              "{\"kind\":\"Inserted\",\"data\":[123,34,97,34,58,49,125],\"handler\":null},"
                  + "{\"kind\":\"Esc\",\"data\":[27],\"handler\":null}"));
      socket.close((short) 1001, "the node is stopping");
    } else {
      socket
          .writeTextMessage(event(6, ""))
          .onSuccess(_ -> vertx.setPeriodic(20, _ -> endOnceSeen()));
    }
  }

  private void endOnceSeen() {
    if (bench.out().contains("6  set") || bench.out().lines().count() > 1) {
      bench.signal();
    }
  }

  private static String event(final long position, final String events) {
    return "{\"id\":null,\"result\":{\"contextId\":\""
        + ID
        + "\",\"type\":\"StateMutation\",\"data\":{\"newRoot\":\"x\",\"events\":["
        + events
        + "]},\"calimero_receipt\":{\"position\":"
        + position
        + "},\"calimero_call\":{\"executor\":\"Bob\",\"method\":\"set\"}}}";
  }
}
