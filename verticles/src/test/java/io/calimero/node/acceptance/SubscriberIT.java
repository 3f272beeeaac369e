// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.acceptance.LogAudit.Logged;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.http.EventSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who is told of events misses none of them, and gets none twice, when the node is killed. */
@Execution(ExecutionMode.CONCURRENT)
class SubscriberIT {
  private static final int KILLS = 1;
  private static final int WRITES = 40;

  @TempDir private Path directory;
  private final List<Long> seen = new ArrayList<>();

  @Test
  void aSubscriptionGoesOnWhereItWasAfterTheNodeWasKilled()
      throws IOException, InterruptedException {
    final Path home = directory.resolve("home");
    final String context;
    try (NodeProcess node = NodeProcess.startLight(home, Map.of());
        NodeClient client = new NodeClient(node)) {
      context = client.create(client.install(Modules.kvStore()), "{}");
    }
    final Writer writer = new Writer("writer", context);
    for (int kill = 0; kill < KILLS; kill++) {
      try (NodeProcess node = NodeProcess.startLight(home, Map.of());
          NodeClient client = new NodeClient(node);
          EventSocket socket = subscribe(node, context)) {
        final Semaphore acknowledgements = new Semaphore(0);
        final Thread writing = writer.start(client, acknowledgements);
        for (int i = 0; i < WRITES / 2; i++) {
          seen.add(position(socket));
        }
        acknowledgements.acquire(WRITES); // some that nobody was told of
        node.kill();
        writing.join();
      }
    }
    try (NodeProcess node = NodeProcess.startLight(home, Map.of());
        EventSocket socket = subscribe(node, context)) {
      final long last = head(node, context);
      while (seen.getLast() < last) {
        seen.add(position(socket));
      }
      node.stop();
    }
    assertThat(seen)
        .isEqualTo(
            LogAudit.calls(home).getOrDefault(context, List.of()).stream()
                .map(Logged::position)
                .filter(position -> position >= 2)
                .toList())
        .isEqualTo(LongStream.rangeClosed(2, seen.getLast()).boxed().toList());
  }

  private EventSocket subscribe(final NodeProcess node, final String context)
      throws IOException, InterruptedException {
    final EventSocket socket =
        EventSocket.open(
            new Endpoint(node.uri().toString().replaceFirst("/$", ""), ""), Duration.ofSeconds(60));
    final long next = seen.isEmpty() ? 2 : seen.getLast() + 1;
    socket.send(
        "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
            + context
            + "\"],\"calimeroFrom\":"
            + next
            + "}}");
    assertThat(next(socket).containsKey("result")).isTrue();
    return socket;
  }

  private static long position(final EventSocket socket) throws IOException, InterruptedException {
    return next(socket)
        .getJsonObject("result")
        .getJsonObject("calimero_receipt")
        .getLong("position");
  }

  private static JsonObject next(final EventSocket socket)
      throws IOException, InterruptedException {
    return new JsonObject(
        socket.next(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS)).orElseThrow());
  }

  private static long head(final NodeProcess node, final String context) {
    try (NodeClient client = new NodeClient(node)) {
      return client.get("/admin-api/contexts/" + context).data().getLong("position");
    }
  }
}
