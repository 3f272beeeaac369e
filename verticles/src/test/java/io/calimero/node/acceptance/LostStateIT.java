// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A node that joined by the state at a checkpoint, became the coordinator, and lost its states: its
 * log begins too late to compute one.
 */
@Execution(ExecutionMode.CONCURRENT)
class LostStateIT {
  private static final int HISTORY = 150;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "LOG_SEGMENT_SIZE", "1MiB",
          "CONTEXTS_CHECKPOINT_ENTRIES", "100",
          "P2P_SNAPSHOT_ENTRIES", "20");

  @TempDir private Path directory;

  @Test
  void aCoordinatorThatLostItsStateFetchesOneFromAMemberAndOrdersOn() throws IOException {
    final Path home = directory.resolve("second");
    try (NodeProcess first = NodeProcess.startLight(directory.resolve("first"), SETTINGS);
        NodeClient ada = new NodeClient(first)) {
      final String context = ada.create(ada.install(Modules.kvStore()), "{}");
      final List<CompletableFuture<JsonObject>> history =
          IntStream.range(0, HISTORY)
              .mapToObj(i -> ada.callAsync("execute", context, "set", pair("k" + i)))
              .toList();
      history.forEach(write -> assertThat(NodeClient.join(write).getMap()).containsKey("result"));
      try (NodeProcess second = NodeProcess.startLight(home, SETTINGS);
          NodeClient ben = new NodeClient(second)) {
        SharingIT.join(ada, ben, context);
        SharingIT.awaitAgreement(ada, ben, context);
        // No checkpoint of the new coordinator: the newest one is of the term before.
        ada.post(
                "/admin-api/contexts/" + context + "/coordinator",
                JsonObject.of("memberPublicKey", identity(ben, context)).encode())
            .data();
        ben.execute(context, "set", pair("by-the-new-one"));
        SharingIT.awaitAgreement(ada, ben, context);
        assertThat(second.stop().code()).isZero();
      }
      delete(home.resolve("state"));
      try (NodeProcess second = NodeProcess.startLight(home, SETTINGS);
          NodeClient ben = new NodeClient(second)) {
        awaitState(ben, context);
        SharingIT.awaitAgreement(ada, ben, context);
        assertThat(ben.execute(context, "get", JsonObject.of("key", "k7")).getString("output"))
            .isEqualTo("k7");
        ben.execute(context, "set", pair("afterwards"));
        ada.execute(context, "set", pair("by-the-member"));
        SharingIT.awaitAgreement(ada, ben, context);
        assertThat(second.stop().code()).isZero();
      }
    }
    final NodeProcess.Ended dump = NodeProcess.runLight("log", "dump", "--home", home.toString());
    assertThat(dump.output()).contains("the context begins behind this position");
  }

  /** The log is there from the start. */
  private static void awaitState(final NodeClient node, final String context) {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    JsonObject now = node.context(context);
    while (now.getString("rootHash") == null) {
      assertThat(System.nanoTime()).as(now.encode()).isLessThan(deadline);
      now = node.context(context);
    }
  }

  private static JsonObject pair(final String both) {
    return JsonObject.of("key", both, "value", both);
  }

  private static String identity(final NodeClient node, final String context) {
    return node.get("/admin-api/contexts/" + context + "/identities-owned")
        .data()
        .getJsonArray("identities")
        .getString(0);
  }

  private static void delete(final Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
