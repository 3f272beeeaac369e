// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Writes on a member's node, with the coordinator's node away or killed, and with its own node
 * killed. Each node is a process.
 */
@Execution(ExecutionMode.CONCURRENT)
class PendingIT {
  private static final Map<String, String> SETTINGS =
      Map.of("LOG_SEGMENT_SIZE", "1MiB", "CONTEXTS_PENDING_WAIT", "200ms");
  private static final int WRITES = 30;

  @TempDir private Path directory;

  @Test
  void nothingIsLostAndNothingDoneTwiceWhoeverIsKilled() {
    final Path first = directory.resolve("first");
    final Path second = directory.resolve("second");
    final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    final List<String> pending = new ArrayList<>();
    final Set<String> strange = ConcurrentHashMap.newKeySet();
    final String context;
    final int port;
    try (NodeProcess coordinators = start(first);
        NodeClient ada = new NodeClient(coordinators);
        NodeProcess members = start(second);
        NodeClient ben = new NodeClient(members)) {
      context = ada.create(ada.install(Modules.kvStore()), "{}");
      SharingIT.join(ada, ben, context);
      port = port(ada);
      final Semaphore written = new Semaphore(0);
      final Thread writer =
          Thread.ofVirtual()
              .start(() -> write(ben, context, written, acknowledged, pending, strange));
      written.acquireUninterruptibly(WRITES / 2);
      coordinators.kill();
      join(writer);
      assertThat(strange).isEmpty();
      assertThat(pending).isNotEmpty();
      // With the coordinator away all of them wait, and say why.
      final JsonObject last = fate(ben, context, pending.getLast());
      assertThat(last.getString("status")).isEqualTo("pending");
      assertThat(last.getString("reason")).isNotBlank();
      ben.awaitMetric("calimero_pending_transactions ");
      members.kill();
    }
    // Nobody tells it where the other is: it has noted that when they met.
    try (NodeProcess members = start(second);
        NodeClient ben = new NodeClient(members)) {
      assertThat(fate(ben, context, pending.getLast()).getString("status")).isEqualTo("pending");
      try (NodeProcess coordinators = startAt(first, port);
          NodeClient ada = new NodeClient(coordinators)) {
        final List<Long> positions = new ArrayList<>();
        for (final String transaction : pending) {
          positions.add(awaitConfirmed(ben, context, transaction).getLong("position"));
        }
        // In the order in which they were made.
        assertThat(positions).isSorted().doesNotHaveDuplicates();
        SharingIT.awaitAgreement(ada, ben, context);
      }
    }
    assertThat(onceEach(first, context)).hasSize(WRITES).containsAll(acknowledged);
  }

  private static void write(
      final NodeClient ben,
      final String context,
      final Semaphore written,
      final Set<String> acknowledged,
      final List<String> pending,
      final Set<String> strange) {
    for (int i = 0; i < WRITES; i++) {
      final JsonObject answer;
      try {
        answer =
            ben.call(
                "execute", context, "set", JsonObject.of("key", "load" + i, "value", "load" + i));
      } catch (final CompletionException | AssertionError e) {
        strange.add(e.toString());
        written.release(WRITES);
        return;
      }
      final JsonObject error = answer.getJsonObject("error");
      if (error == null) {
        acknowledged.add("load" + i);
      } else if ("Pending".equals(error.getString("type"))) {
        pending.add(error.getJsonObject("data").getString("transaction_hash"));
      } else {
        strange.add(answer.encode());
      }
      written.release();
    }
  }

  private static NodeProcess start(final Path home) {
    return NodeProcess.startLight(home, SETTINGS);
  }

  /** Others know where it was, so it has to be there again. */
  private static NodeProcess startAt(final Path home, final int port) {
    final NodeProcess node =
        NodeProcess.launchLight(
            List.of(),
            SETTINGS,
            List.of(
                "up",
                "--home",
                home.toString(),
                "--http-port",
                "0",
                "--p2p-port",
                String.valueOf(port)));
    node.uri();
    return node;
  }

  private static int port(final NodeClient node) {
    final String[] parts = node.peerAddress().split("/", -1);
    return Integer.parseInt(parts[List.of(parts).indexOf("tcp") + 1]);
  }

  private static JsonObject fate(
      final NodeClient node, final String context, final String transaction) {
    return node.get("/admin-api/contexts/" + context + "/transactions/" + transaction).data();
  }

  private static JsonObject awaitConfirmed(
      final NodeClient node, final String context, final String transaction) {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    JsonObject fate = fate(node, context, transaction);
    while (!"confirmed".equals(fate.getString("status"))) {
      if (System.nanoTime() > deadline || !"pending".equals(fate.getString("status"))) {
        throw new AssertionError("it is not confirmed: " + fate);
      }
      fate = fate(node, context, transaction);
    }
    return fate;
  }

  /** How often each key was set in the log of a home, which is once. */
  private static Set<String> onceEach(final Path home, final String context) {
    final Map<String, Long> calls = new HashMap<>();
    for (final LogAudit.Logged call : LogAudit.calls(home).getOrDefault(context, List.of())) {
      if (call.method().equals("set")) {
        calls.merge(new JsonObject(call.arguments()).getString("key"), 1L, Long::sum);
      }
    }
    assertThat(calls.values()).containsOnly(1L);
    return calls.keySet();
  }

  private static void join(final Thread thread) {
    try {
      assertThat(thread.join(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))).isTrue();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
