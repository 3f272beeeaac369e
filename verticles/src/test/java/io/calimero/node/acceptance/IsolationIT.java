// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Contexts have nothing to do with one another, and reading has nothing to do with writing. */
@Execution(ExecutionMode.CONCURRENT)
class IsolationIT {
  private static final JsonObject NOTHING = new JsonObject();

  // No call ends at this deadline here, nor for want of gas: the node is gone before.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "LOG_SEGMENT_SIZE", "1MiB",
          "EXECUTION_CALL_DEADLINE", "50s",
          "CONTEXTS_GAS", "1000000000000000",
          "CONTEXTS_GAS_MAX", "1000000000000000");

  @TempDir private Path directory;
  private NodeProcess node;
  private NodeClient client;

  @BeforeEach
  void start() {
    node = NodeProcess.start(directory.resolve("home"), SETTINGS);
    client = new NodeClient(node);
  }

  @AfterEach
  void end() {
    client.close();
    node.close();
  }

  @Test
  void contextsOfOneApplicationShareNoState() {
    final String application = client.install(Modules.kvStore());
    final String one = client.create(application, "{}");
    final String other = client.create(application, "{}");

    set(one, "both", "of one");
    set(other, "both", "of the other");
    set(one, "mine", "one");

    assertThat(entries(one)).isEqualTo(JsonObject.of("both", "of one", "mine", "one"));
    assertThat(entries(other)).isEqualTo(JsonObject.of("both", "of the other"));
    assertThat(client.execute(other, "get", JsonObject.of("key", "mine")).getValue("output"))
        .isNull();
    assertThat(client.context(one).getString("rootHash"))
        .isNotEqualTo(client.context(other).getString("rootHash"));

    client.execute(one, "clear", NOTHING);
    assertThat(entries(other)).isEqualTo(JsonObject.of("both", "of the other"));
  }

  @Test
  void whatRunsForEverHoldsUpNobodyElse() {
    final String application = client.install(Modules.own("trouble"));
    final String busy = client.create(application, "{}");
    final String other = client.create(application, "{}");
    write(busy, 1);
    write(other, 1);

    // As many as there are processors would already take all of them.
    final List<CompletableFuture<JsonObject>> endless = new ArrayList<>();
    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
      endless.add(client.callAsync("query", busy, "spin", NOTHING));
    }
    for (int i = 2; i <= 20; i++) {
      write(busy, i);
      write(other, i);
      assertThat(read(busy)).isEqualTo(i);
      assertThat(read(other)).isEqualTo(i);
    }
    assertThat(endless).as("queries that still run").noneMatch(CompletableFuture::isDone);

    final CompletableFuture<JsonObject> endlessWrite =
        client.callAsync("mutate", busy, "write_then_spin", NOTHING);
    // Two requests under way have no order: the first is to be the one that runs.
    client.awaitMetric("calimero_pool_running{pool=\"write\"} 1.0");
    final CompletableFuture<JsonObject> behindIt =
        client.callAsync("mutate", busy, "write", JsonObject.of("n", 100));
    for (int i = 21; i <= 40; i++) {
      write(other, i);
      assertThat(read(other)).isEqualTo(i);
      assertThat(read(busy)).as("the committed state of the busy context").isEqualTo(20);
    }
    assertThat(endlessWrite).as("the write that still runs").isNotDone();
    assertThat(behindIt).as("the write behind it").isNotDone();
    assertThat(endless).as("queries that still run").noneMatch(CompletableFuture::isDone);

    // What never ends must not keep the node from ending, nor leave anything behind.
    assertThat(node.stop().code()).isZero();
    client.close();
    start();
    assertThat(read(busy)).isEqualTo(20);
    assertThat(read(other)).isEqualTo(40);
  }

  private void set(final String context, final String key, final String value) {
    client.execute(context, "set", JsonObject.of("key", key, "value", value));
  }

  private JsonObject entries(final String context) {
    return client.execute(context, "entries", NOTHING).getJsonObject("output");
  }

  private void write(final String context, final int n) {
    client.execute(context, "write", JsonObject.of("n", n));
  }

  private int read(final String context) {
    return client
        .call("query", context, "read", NOTHING)
        .getJsonObject("result")
        .getJsonObject("output")
        .getInteger("n");
  }
}
