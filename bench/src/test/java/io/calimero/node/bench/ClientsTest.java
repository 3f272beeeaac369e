// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void everyAnswerIsCountedOnceAndErrorsApart() throws IOException {
    final AtomicLong answered = new AtomicLong();
    final Vertx vertx = Vertx.vertx();
    try (Clients clients = new Clients()) {
      final HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    final boolean good = answered.incrementAndGet() % 2 == 0;
                    request
                        .response()
                        .end(
                            "{\"jsonrpc\":\"2.0\",\"id\":1,"
                                + (good ? "\"result\":{}}" : "\"error\":{}}"));
                  })
              .listen(0, "127.0.0.1")
              .await();
      final Load load =
          new Load(server.actualPort(), "/", 4, SHORT, SHORT, _ -> Buffer.buffer("{}"));
      final ProcessHandle here = ProcessHandle.current();
      final Load.Result result = clients.run(List.of(load, load), List.of(here, here));
      assertThat(result.latencies().count()).isPositive().isLessThan(answered.get());
      assertThat(result.eachServerMicros()).hasSize(2);
      assertThat(result.errors()).isPositive();
      assertThat(result.toJson().getDouble("perSecond")).isPositive();
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void aForceIsMeasured(@TempDir final Path directory) throws IOException {
    assertThat(ForceProbe.run(directory, SHORT.toNanos()).count()).isPositive();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void valuesDifferFromCallToCallAndAreOfOneLength() {
    assertThat(Calls.value(1)).hasSameSizeAs(Calls.value(999_999)).isNotEqualTo(Calls.value(2));
  }
}
