// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can do to a node that is listening, and what it gets for it. */
class HostileClientTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mutate\",\"params\":{\"contextId\":\""
          + CONTEXT
          + "\",\"method\":\"set\"}}";
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":true}}";

  /** Small and short limits; the memory for bodies is that of one and a half of them. */
  private static NodeUnderTest small() {
    final Duration moment = Duration.ofMillis(300);
    return new NodeUnderTest(
        NodeUnderTest.EPHEMERAL.withLimits(
            new HttpLimits(16, 2, 100_000, 150_000, 4096, moment, moment, moment, moment, moment)));
  }

  private static void send(final Socket socket, final String text) throws IOException {
    send(socket, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void send(final Socket socket, final byte[] bytes) throws IOException {
    final OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  private static String head(final String path, final String more) {
    return "POST " + path + " HTTP/1.1\r\nHost: node\r\n" + more + "\r\n";
  }

  /** All that the server says until it closes the connection. */
  private static String untilClosed(final Socket socket) throws IOException {
    final StringBuilder text = new StringBuilder();
    final byte[] buffer = new byte[8192];
    final InputStream in = socket.getInputStream();
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
      }
    } catch (final SocketException e) {
      return text.toString(); // reset, which is closed too
    }
    return text.toString();
  }

  private static String untilContains(final Socket socket, final String end) throws IOException {
    final StringBuilder text = new StringBuilder();
    final InputStream in = socket.getInputStream();
    while (text.indexOf(end) < 0) {
      final int c = in.read();
      assertThat(c).as("the connection ended after: %s", text).isNotNegative();
      text.append((char) c);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "POST /jsonrpc HTTP/1.1\r\nHost: no"})
  void aHeadThatDoesNotComeEndsTheConnection(final String part) throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      send(socket, part);
      assertThat(untilClosed(socket)).isEmpty();
    }
  }

  @Test
  void aSecondHeadThatDoesNotComeEndsTheConnection() throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      send(socket, "GET /admin-api/is-authed HTTP/1.1\r\nHost: node\r\n\r\nGET /adm");
      assertThat(untilClosed(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\"alive\"}}");
    }
  }

  @Test
  void aBodyThatTakesTooLongIsRefused() throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect();
        Socket other = node.connect()) {
      send(socket, head("/jsonrpc", "Content-Length: 10\r\n") + "{");
      send(other, head("/admin-api/contexts", "Content-Length: 10\r\n") + "{");
      assertThat(untilClosed(socket))
          .startsWith("HTTP/1.1 408 Request Timeout\r\n")
          .contains("connection: close")
          .endsWith("\r\n\r\nthe body did not arrive within 300 ms");
      assertThat(untilClosed(other))
          .endsWith("\r\n\r\n{\"error\":\"the body did not arrive within 300 ms\"}");
    }
  }

  @Test
  void aBodyThatIsDeclaredTooLargeIsRefusedUnread() throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      send(socket, head("/jsonrpc", "Content-Length: 100001\r\nExpect: 100-continue\r\n"));
      assertThat(untilClosed(socket))
          .startsWith("HTTP/1.1 413 Request Entity Too Large\r\n")
          .endsWith("\r\n\r\nthe body is larger than 100000 bytes");
    }
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsRefused() throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      final String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
      send(socket, head("/admin-api/contexts", "Transfer-Encoding: chunked\r\n") + chunk.repeat(4));
      assertThat(untilClosed(socket))
          .startsWith("HTTP/1.1 413 Request Entity Too Large\r\n")
          .endsWith("\r\n\r\n{\"error\":\"the body is larger than 100000 bytes\"}");
      assertThat(node.get("/admin-api/is-authed").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whoeverAsksFirstIsToldToContinue() throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      node.answer(Topics.SUBMIT, read("true"));
      send(
          socket,
          head("/jsonrpc", "Content-Length: " + CALL.length() + "\r\nExpect: 100-continue\r\n"));
      assertThat(untilContains(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100 Continue\r\n");
      send(socket, CALL);
      assertThat(untilContains(socket, RESULT)).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void bodiesBeyondTheMemoryForThemAreRefused() throws IOException {
    try (NodeUnderTest node = small();
        Socket first = node.connect();
        Socket second = node.connect()) {
      final byte[] part = new byte[90_000];
      Arrays.fill(part, (byte) ' ');
      send(first, head("/jsonrpc", "Content-Length: 90001\r\n"));
      send(first, part);
      send(second, head("/jsonrpc", "Content-Length: 90001\r\n"));
      send(second, part);
      final String answers = untilClosed(first) + untilClosed(second);
      assertThat(answers)
          .contains("the node has no memory left for this body: try again")
          .contains("retry-after: 1");
      // All of it is given back.
      assertThat(node.post("/jsonrpc", " ".repeat(99_000)).statusCode()).isEqualTo(400);
      assertThat(node.post("/jsonrpc", " ".repeat(99_000)).statusCode()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /HUGE HTTP/1.1\r\nHost: node\r\n\r\n|414|the request line is too long",
        "GET / HTTP/1.1\r\nHost: node\r\nX-Big: HUGE\r\n\r\n|431"
            + "|the headers of the request are too large",
        "GET / HTTP/1.1\r\nno header\r\n\r\n|400|no valid HTTP request",
        "what is this\r\n\r\n|400|no valid HTTP request",
        "POST /jsonrpc HTTP/1.1\r\nHost: node\r\nContent-Length: -5\r\n\r\n|400"
            + "|no valid HTTP request",
        "POST /jsonrpc HTTP/1.1\r\nHost: node\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n|400"
            + "|no valid HTTP request"
      })
  void whatIsNoHttpIsRefused(final String spec) throws IOException {
    final List<String> parts = List.of(spec.split("\\|", -1));
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      send(socket, parts.get(0).replace("HUGE", "a".repeat(20_000)));
      assertThat(untilClosed(socket))
          .matches("(?s)HTTP/1\\.[01] " + parts.get(1) + " .*")
          .endsWith("\r\n\r\n{\"error\":\"" + parts.get(2) + "\"}");
      assertThat(node.get("/admin-api/is-authed").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void deepNestingIsRefused() {
    try (NodeUnderTest node = small()) {
      final HttpResponse<String> deep = node.post("/jsonrpc", "[".repeat(10_000));
      assertThat(deep.statusCode()).isEqualTo(400);
      assertThat(deep.body())
          .isEqualTo(
              "invalid JSON: Document nesting depth (129) exceeds the maximum allowed (128, from"
                  + " `StreamReadConstraints.getMaxNestingDepth()`)");
      assertThat(node.post("/admin-api/contexts", "{\"a\":" + "[".repeat(10_000)).statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void whatIsNotUtf8IsRefused() throws IOException {
    try (NodeUnderTest node = small()) {
      for (final int[] bytes :
          List.of(
              new int[] {0xff},
              new int[] {0xc0, 0x80},
              new int[] {0xed, 0xa0, 0x80},
              new int[] {0xf4, 0x90, 0x80, 0x80},
              new int[] {0xe2, 0x82})) {
        try (Socket socket = node.connect()) {
          send(
              socket,
              head(
                      "/jsonrpc",
                      "Connection: close\r\nContent-Length: " + (bytes.length + 2) + "\r\n")
                  + "\"");
          final byte[] raw = new byte[bytes.length + 1];
          IntStream.range(0, bytes.length).forEach(i -> raw[i] = (byte) bytes[i]);
          raw[bytes.length] = '"';
          send(socket, raw);
          assertThat(untilClosed(socket))
              .startsWith("HTTP/1.1 400 Bad Request\r\n")
              .endsWith("invalid UTF-8 at offset 1");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-32LE"})
  void whatIsUtf16Or32IsRefused(final String charset) throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      final byte[] body = CALL.getBytes(Charset.forName(charset));
      send(
          socket, head("/jsonrpc", "Connection: close\r\nContent-Length: " + body.length + "\r\n"));
      send(socket, body);
      assertThat(untilClosed(socket)).contains("invalid JSON: a zero byte at offset ");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
    try (NodeUnderTest node = new NodeUnderTest();
        Socket socket = node.connect()) {
      node.answer(Topics.SUBMIT, read("true"));
      final int count = 300;
      send(
          socket,
          IntStream.range(0, count)
              .mapToObj(i -> CALL.replace("\"id\":1", "\"id\":" + (1000 + i)))
              .map(body -> head("/jsonrpc", "Content-Length: " + body.length() + "\r\n") + body)
              .collect(Collectors.joining()));
      for (int i = 0; i < count; i++) {
        assertThat(untilContains(socket, "}}"))
            .endsWith(RESULT.replace("\"id\":1", "\"id\":" + (1000 + i)));
      }
    }
  }

  @Test
  void requestsBeyondTheLimitAreAskedToComeBack() throws Exception {
    try (NodeUnderTest node = small();
        Socket first = node.connect();
        Socket second = node.connect()) {
      final BlockingQueue<Promise<Answer>> held = new ArrayBlockingQueue<>(8);
      node.when(
          Topics.SUBMIT,
          _ -> {
            final Promise<Answer> promise = Promise.promise();
            held.add(promise);
            return promise.future();
          });
      final String call = head("/jsonrpc", "Content-Length: " + CALL.length() + "\r\n") + CALL;
      send(first, call);
      send(second, call);
      final Promise<Answer> one = held.take();
      final Promise<Answer> two = held.take();
      final HttpResponse<String> refused = node.post("/jsonrpc", CALL);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
      assertThat(refused.body())
          .isEqualTo("{\"error\":\"the node is working on too many requests: try again\"}");
      assertThat(node.get("/admin-api/health").statusCode())
          .as("whoever restarts what is dead must not restart what is overloaded")
          .isEqualTo(200);
      // One is answered, the other's client goes away: both places are free again.
      one.complete(read("true"));
      two.complete(read("true"));
      untilContains(first, RESULT);
      untilContains(second, RESULT);
      node.answer(Topics.SUBMIT, read("true"));
      assertThat(node.rpc(CALL)).isEqualTo(RESULT);
    }
  }

  @Test
  void aClientThatGoesAwayGivesItsPlaceBack() throws Exception {
    try (NodeUnderTest node = small()) {
      final BlockingQueue<Promise<Answer>> held = new ArrayBlockingQueue<>(8);
      node.when(
          Topics.SUBMIT,
          _ -> {
            final Promise<Answer> promise = Promise.promise();
            held.add(promise);
            return promise.future();
          });
      for (int i = 0; i < 5; i++) {
        final Promise<Answer> promise;
        try (Socket socket = node.connect()) {
          send(socket, head("/jsonrpc", "Content-Length: " + CALL.length() + "\r\n") + CALL);
          promise = held.take();
        }
        promise.complete(read("true"));
      }
      node.answer(Topics.SUBMIT, read("true"));
      assertThat(node.rpc(CALL)).isEqualTo(RESULT);
    }
  }

  @Test
  void aBodyThatBreaksOffGivesItsPlaceBack() throws IOException {
    try (NodeUnderTest node = small()) {
      node.answer(Topics.SUBMIT, read("true"));
      for (int i = 0; i < 5; i++) {
        try (Socket socket = node.connect()) {
          send(socket, head("/jsonrpc", "Content-Length: 90000\r\n") + " ".repeat(80_000));
        }
      }
      // The places are free as soon as the server has seen that the connections are closed.
      HttpResponse<String> response = node.post("/jsonrpc", CALL);
      for (int i = 0; i < 100 && response.statusCode() == 503; i++) {
        response = node.post("/jsonrpc", CALL);
      }
      assertThat(response.body()).isEqualTo(RESULT);
      assertThat(node.asked(Topics.SUBMIT)).hasSize(1);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosed() throws IOException {
    try (NodeUnderTest node = new NodeUnderTest(oneConnection())) {
      try (Socket first = node.connect()) {
        send(first, "GET /admin-api/is-authed HTTP/1.1\r\nHost: node\r\n\r\n");
        untilContains(first, "alive");
        try (Socket second = node.connect()) {
          assertThat(untilClosed(second)).isEmpty();
        }
        send(first, "GET /admin-api/is-authed HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
        assertThat(untilClosed(first)).contains("alive");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin-api/contexts/%zz",
        "/admin-api/contexts/%",
        "/admin-api/contexts/%00",
        "/admin-api/contexts/%ff%fe",
        "/admin-api/contexts/..%2f..",
        "*",
        "http://[",
        "//"
      })
  void oddPathsAreRefused(final String path) throws IOException {
    try (NodeUnderTest node = small();
        Socket socket = node.connect()) {
      send(socket, "GET " + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
      assertThat(untilClosed(socket)).matches("(?s)HTTP/1\\.1 40[04] .*\\{\"error\":\".*\"}");
    }
  }

  private static HttpOptions oneConnection() {
    final HttpLimits limits = HttpLimits.DEFAULT;
    return NodeUnderTest.EPHEMERAL.withLimits(
        new HttpLimits(
            1,
            limits.requestsInFlight(),
            limits.bodySize(),
            limits.bufferedBytes(),
            limits.headerSize(),
            limits.headTime(),
            limits.idleTime(),
            limits.bodyTime(),
            limits.responseTime(),
            limits.stopTime()));
  }
}
