// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.AuthorSide.Reply;
import io.calimero.node.wasm.AuthorSide.Request;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of calls, to a server on this machine. */
@TestInstance(Lifecycle.PER_CLASS)
class OutsideClientTest {
  private final Vertx vertx = Vertx.vertx();
  private int port;

  @BeforeAll
  void serve() throws Exception {
    final HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(OutsideClientTest::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(1, TimeUnit.MINUTES);
    port = server.actualPort();
  }

  @AfterAll
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  private static void answer(final HttpServerRequest request) {
    switch (request.path()) {
      case "/echo" ->
          request
              .body()
              .onSuccess(
                  body ->
                      request
                          .response()
                          .end(
                              request.method()
                                  + " "
                                  + request.uri()
                                  + " "
                                  + request.getHeader("X-Some")
                                  + " "
                                  + body));
      case "/moved" -> request.response().setStatusCode(302).putHeader("Location", "/echo").end();
      case "/missing" -> request.response().setStatusCode(404).end("secret");
      case "/large" ->
          request.response().end(Buffer.buffer(new byte[OutsideClient.ANSWER_BYTES + 1]));
      case "/just" -> request.response().end(Buffer.buffer(new byte[OutsideClient.ANSWER_BYTES]));
      case "/broken" -> request.connection().close();
      default -> request.response().setChunked(true).write("never ends");
    }
  }

  private Reply ask(
      final String url, final String method, final String body, final Duration timeout)
      throws Exception {
    return new OutsideClient(vertx, timeout)
        .ask(
            new Request(
                URI.create(url), method, List.of(Map.entry("X-Some", "thing")), Bytes.utf8(body)))
        .toCompletionStage()
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES);
  }

  private Reply ask(final String path) throws Exception {
    return ask("http://127.0.0.1:" + port + path, "GET", "", Duration.ofSeconds(30));
  }

  @Test
  void methodPathHeadersAndBodyArriveAndTheAnswerComesBack() throws Exception {
    final Reply reply =
        ask("http://localhost:" + port + "/echo?a=b%20c", "POST", "a body", Duration.ofSeconds(30));
    assertThat(reply).isEqualTo(new Reply(true, Bytes.utf8("POST /echo?a=b%20c thing a body")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/moved | fetch: status 302, and redirects are not followed",
        "/missing | fetch: status 404",
        "/large | fetch: the answer has more than 4194304 bytes",
      })
  void whatIsNoAnswerIsToldAsWhatItIs(final String path, final String why) throws Exception {
    assertThat(ask(path)).isEqualTo(Reply.failed(why));
  }

  @Test
  void anAnswerMayBeAsLargeAsIsAllowed() throws Exception {
    assertThat(ask("/just").body().length()).isEqualTo(OutsideClient.ANSWER_BYTES);
  }

  @Test
  void aServerThatBreaksOffOrIsNotThereIsAFailure() throws Exception {
    assertThat(ask("/broken").answered()).isFalse();
    assertThat(ask("http://127.0.0.1:1/", "GET", "", Duration.ofSeconds(30)).answered()).isFalse();
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUp() throws Exception {
    assertThat(ask("http://127.0.0.1:" + port + "/slow", "GET", "", Duration.ofMillis(200)))
        .isEqualTo(Reply.failed("fetch: no answer within 200 ms"));
  }
}
