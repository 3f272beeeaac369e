// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The log is the truth: all else can be thrown away. */
@Execution(ExecutionMode.CONCURRENT)
class StateIT {
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "256KiB");
  private static final JsonObject NOTHING = new JsonObject();

  @TempDir private Path directory;

  /** By context: what is shown of it, and what it answers. */
  private final Map<String, List<String>> before = new TreeMap<>();

  private void makeContexts(final Path home) {
    try (NodeProcess node = NodeProcess.start(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      final String store = client.create(client.install(Modules.kvStore()), "{}");
      final String ledger =
          client.create(
              client.install(Modules.expenses()),
              JsonObject.of("name", "Trip", "currency", "EUR").encode());
      client.execute(ledger, "join", JsonObject.of("name", "Ana"));
      client.execute(ledger, "add_person", JsonObject.of("name", "Ben"));
      for (int i = 0; i < 100; i++) {
        client.execute(store, "set", JsonObject.of("key", "key" + i % 30, "value", "value" + i));
        if (i % 3 == 0) {
          client.execute(store, "remove", JsonObject.of("key", "key" + i % 7));
        }
        client.execute(
            ledger, "add_expense", JsonObject.of("description", "Taxi " + i, "amount", 1 + i));
      }
      before.put(store, answers(client, store, "entries", "len"));
      before.put(ledger, answers(client, ledger, "balances", "settle_up", "list_expenses"));
      assertThat(node.stop().code()).isZero();
    }
  }

  @Test
  void whatIsDerivedFromTheLogCanBeDeletedAndComesOutTheSame() throws IOException {
    final Path home = directory.resolve("home");
    makeContexts(home);
    empty(home.resolve("state"));
    assertSameAsBefore(home);

    empty(home.resolve("state"));
    empty(home.resolve("configurations"));
    Files.delete(home.resolve("log/index.checkpoint"));
    assertSameAsBefore(home);

    final NodeProcess.Ended rebuilt =
        NodeProcess.runLight("state", "rebuild", "--verify", "--home", home.toString());
    assertThat(rebuilt.code()).as(rebuilt.output()).isZero();
    before.forEach(
        (context, answers) ->
            assertThat(rebuilt.output())
                .contains(context)
                .contains(new JsonObject(answers.getFirst()).getString("rootHash")));
    assertSameAsBefore(home);
  }

  private void assertSameAsBefore(final Path home) {
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      before.forEach(
          (context, answers) -> {
            final boolean isLedger = answers.size() == 4;
            assertThat(
                    isLedger
                        ? answers(client, context, "balances", "settle_up", "list_expenses")
                        : answers(client, context, "entries", "len"))
                .isEqualTo(answers);
          });
      assertThat(node.stop().code()).isZero();
    }
  }

  private static List<String> answers(
      final NodeClient client, final String context, final String... methods) {
    return Stream.concat(
            Stream.of(client.context(context).encode()),
            Stream.of(methods)
                .map(method -> client.call("query", context, method, NOTHING).encode()))
        .toList();
  }

  private static void empty(final Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(file -> !file.equals(folder))
          .forEach(StateIT::delete);
    }
  }

  private static void delete(final Path file) {
    try {
      Files.delete(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
