// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.acceptance.LogAudit.Logged;
import io.calimero.node.storage.log.LogVerifier;
import io.calimero.node.storage.log.VerifyReport;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What was acknowledged survives the end of the process, whatever kind of end it is. */
@Execution(ExecutionMode.CONCURRENT)
class KillIT {
  private static final int ROUNDS = 20;
  private static final int CONTEXTS = 4;
  private static final int WRITERS_PER_CONTEXT = 2;
  private static final int MOST_WRITES = 60;

  /** Small segments, so that the writes go over the edge of many. */
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "256KiB");

  @TempDir private Path directory;
  private Path home;
  private final List<Writer> writers = new ArrayList<>();

  @BeforeEach
  void makeContexts() {
    home = directory.resolve("home");
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      final String application = client.install(Modules.kvStore());
      for (int i = 0; i < CONTEXTS; i++) {
        final String context = client.create(application, "{}");
        for (int j = 0; j < WRITERS_PER_CONTEXT; j++) {
          writers.add(new Writer("writer-" + i + j, context));
        }
      }
      // The first of the kills: right behind the acknowledgement.
      node.kill();
    }
  }

  @Test
  void aKilledNodeHasEveryAcknowledgedWriteAndHasItOnce() throws InterruptedException {
    final long seed = Long.getLong("calimero.seed", System.nanoTime());
    final Random random = new Random(seed);
    for (int round = 1; round <= ROUNDS; round++) {
      final String where = "round " + round + ", -Dcalimero.seed=" + seed;
      try (NodeProcess node = NodeProcess.startLight(home, SETTINGS)) {
        assertNothingIsLost(node, where);
        writeUntil(1 + random.nextInt(MOST_WRITES), node, node::kill);
      }
    }
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS)) {
      assertNothingIsLost(node, "after the last, -Dcalimero.seed=" + seed);
    }
  }

  @Test
  void aNodeAskedToStopUnderLoadAnswersWhatItTookAndEndsInOrder() throws InterruptedException {
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS)) {
      writeUntil(
          MOST_WRITES,
          node,
          () ->
              assertThat(node.stop())
                  .as("exit code 0: stopped in order within its five seconds")
                  .returns(0, NodeProcess.Ended::code));
      assertThat(home.resolve("run/node.json")).doesNotExist();
    }
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS)) {
      assertThat(node.output()).doesNotContain("torn tail");
      assertNothingIsLost(node, "after the stop");
    }
  }

  private void writeUntil(final int writes, final NodeProcess node, final Runnable end)
      throws InterruptedException {
    final Semaphore acknowledgements = new Semaphore(0);
    try (NodeClient client = new NodeClient(node)) {
      final List<Thread> threads =
          writers.stream().map(writer -> writer.start(client, acknowledgements)).toList();
      acknowledgements.acquire(writes);
      end.run();
      for (final Thread thread : threads) {
        thread.join();
      }
    }
  }

  private void assertNothingIsLost(final NodeProcess node, final String where) {
    final Map<String, List<Logged>> calls = LogAudit.calls(home);
    for (final Writer writer : writers) {
      assertThat(writer.trouble()).as(where).isEmpty();
      assertReceiptsAreTrue(writer, calls.getOrDefault(writer.context(), List.of()), where);
    }
    calls.values().forEach(logged -> assertNothingIsThereTwice(logged, where));
    try (NodeClient client = new NodeClient(node)) {
      for (final Writer writer : writers) {
        final JsonObject entries =
            client.execute(writer.context(), "entries", new JsonObject()).getJsonObject("output");
        assertThat(writer.settle(entries)).as(where).isEmpty();
      }
    }
    final VerifyReport report = LogVerifier.verify(home.resolve("log"), LogVerifier.Progress.NONE);
    assertThat(report.problems()).as(where).isEmpty();
    assertThat(report.isClean()).as(where).isTrue();
    assertThat(report.unfinishedBytes()).as(where).isZero();
  }

  private static void assertReceiptsAreTrue(
      final Writer writer, final List<Logged> logged, final String where) {
    for (final JsonObject receipt : writer.receipts()) {
      // Position 1 is the creation, which is no call.
      final Logged there = logged.get(Math.toIntExact(receipt.getLong("position")) - 2);
      assertThat(there.position()).as(where).isEqualTo(receipt.getLong("position"));
      assertThat(there.entryHash()).as(where).isEqualTo(receipt.getString("entryHash"));
      assertThat(there.transaction()).as(where).isEqualTo(receipt.getString("transactionHash"));
    }
  }

  // No two writes have the same arguments, so one that was done again would show by them, too.
  private static void assertNothingIsThereTwice(final List<Logged> logged, final String where) {
    assertThat(logged.stream().map(Logged::transaction)).as(where).doesNotHaveDuplicates();
    assertThat(logged.stream().map(Logged::arguments)).as(where).doesNotHaveDuplicates();
  }
}
