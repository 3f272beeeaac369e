// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The samples that use what is beyond the state, on a node that is stopped and verified. */
@Execution(ExecutionMode.CONCURRENT)
class SamplesIT {
  private static final JsonObject NOTHING = new JsonObject();
  private static final int LARGE = 3_000_000;

  /** A busy machine takes its time over a module that was never called before. */
  private static final Map<String, String> PATIENT = Map.of("EXECUTION_CALL_DEADLINE", "50s");

  @TempDir private Path directory;

  private final List<String> before = new ArrayList<>();

  @Test
  void whatTheSamplesDidIsThereAfterARestartAndComesOutTheSameWhenExecutedAgain()
      throws IOException {
    final Path home = directory.resolve("home");
    final Map<String, String> contexts;
    try (NodeProcess node = NodeProcess.start(home, PATIENT);
        NodeClient client = new NodeClient(node)) {
      contexts = live(client);
      before.addAll(answers(client, contexts));
      assertThat(node.stop().code()).isZero();
    }
    try (Stream<Path> snapshots = Files.walk(home.resolve("state"))) {
      snapshots.filter(Files::isRegularFile).forEach(SamplesIT::delete);
    }
    final NodeProcess.Ended verified =
        NodeProcess.run(Map.of(), "log", "verify", "--home", home.toString());
    assertThat(verified.code()).as(verified.output()).isZero();
    final NodeProcess.Ended rebuilt =
        NodeProcess.run(Map.of(), "state", "rebuild", "--verify", "--home", home.toString());
    assertThat(rebuilt.code()).as(rebuilt.output()).isZero();
    try (NodeProcess node = NodeProcess.start(home, PATIENT);
        NodeClient client = new NodeClient(node)) {
      assertThat(answers(client, contexts)).isEqualTo(before);
      assertThat(node.stop().code()).isZero();
    }
  }

  private static Map<String, String> live(final NodeClient client) {
    final String files = client.create(client.install(Modules.sample("files")), "{}");
    files(client, files);
    final String relay = client.install(Modules.sample("relay"));
    final String first = client.create(relay, "{}");
    final String second = client.create(relay, "{}");
    relay(client, first, second);
    final String tally = client.create(client.install(Modules.sample("tally")), "{}");
    tally(client, tally);
    denied(client, first, tally);
    final String notes = client.create(client.install(Modules.sample("notes")), "{}");
    notes(client, notes);
    return Map.of("files", files, "first", first, "second", second, "tally", tally, "notes", notes);
  }

  private static void files(final NodeClient client, final String context) {
    assertThat(output(client, context, "put", JsonObject.of("name", "a", "content", "hello")))
        .isEqualTo("B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH");
    assertThat(output(client, context, "get", JsonObject.of("name", "a"))).isEqualTo("hello");
    client.execute(context, "fill", JsonObject.of("name", "large", "size", LARGE));
    assertThat(
            ((JsonObject) output(client, context, "checksum", JsonObject.of("name", "large")))
                .getInteger("size"))
        .isEqualTo(LARGE);
    assertThat(output(client, context, "share", JsonObject.of("name", "large"))).isEqualTo(true);
  }

  private static void relay(final NodeClient client, final String first, final String second) {
    client.execute(first, "send", JsonObject.of("context", second, "text", "hello"));
    await(() -> messages(client, second).size() == 1);
    assertThat(messages(client, second).getJsonObject(0))
        .isEqualTo(JsonObject.of("text", "hello", "from", first));
    // Four in all: the client's, and three that led to one another, of which the last may ask for
    // none and fails
    client.execute(first, "bounce", JsonObject.of("context", second));
    await(() -> messages(client, first).size() == 2 && messages(client, second).size() == 2);
    assertThat(messages(client, first).getJsonObject(1))
        .isEqualTo(JsonObject.of("text", "bounced", "from", second));
  }

  private static void notes(final NodeClient client, final String context) {
    assertThat(output(client, context, "draft", JsonObject.of("text", "kept"))).isEqualTo(1);
    assertThat(output(client, context, "draft", JsonObject.of("text", "shown"))).isEqualTo(2);
    assertThat(output(client, context, "publish", JsonObject.of("number", 2))).isEqualTo(1);
    assertThat(((JsonArray) output(client, context, "drafts", NOTHING)).encode())
        .isEqualTo("[{\"number\":1,\"text\":\"kept\"}]");
  }

  private static void tally(final NodeClient client, final String context) {
    client.execute(context, "vote", JsonObject.of("choice", "tea"));
    client.execute(context, "vote", JsonObject.of("choice", "coffee"));
    assertThat(output(client, context, "result", NOTHING)).isEqualTo(JsonObject.of("coffee", 1));
    assertThat(output(client, context, "mine", NOTHING)).isEqualTo("coffee");
  }

  /** An application that says nothing of who may call it, and has not taken the caller in. */
  private static void denied(final NodeClient client, final String from, final String tally) {
    client.execute(from, "send", JsonObject.of("context", tally, "text", "no"));
    client.execute(tally, "vote", JsonObject.of("choice", "tea"));
    assertThat(output(client, tally, "result", NOTHING)).isEqualTo(JsonObject.of("tea", 1));
  }

  private static JsonArray messages(final NodeClient client, final String context) {
    return (JsonArray) output(client, context, "messages", NOTHING);
  }

  private static Object output(
      final NodeClient client,
      final String context,
      final String method,
      final JsonObject arguments) {
    return client.execute(context, method, arguments).getValue("output");
  }

  private static List<String> answers(final NodeClient client, final Map<String, String> contexts) {
    final List<String> answers = new ArrayList<>();
    for (final String name : List.of("files", "first", "second", "tally", "notes")) {
      answers.add(client.context(contexts.getOrDefault(name, "")).encode());
    }
    final String files = contexts.getOrDefault("files", "");
    answers.add(String.valueOf(output(client, files, "list", NOTHING)));
    answers.add(String.valueOf(output(client, files, "checksum", JsonObject.of("name", "large"))));
    answers.add(messages(client, contexts.getOrDefault("first", "")).encode());
    answers.add(messages(client, contexts.getOrDefault("second", "")).encode());
    final String notes = contexts.getOrDefault("notes", "");
    answers.add(String.valueOf(output(client, notes, "drafts", NOTHING)));
    answers.add(String.valueOf(output(client, notes, "published", NOTHING)));
    return answers;
  }

  /** Asks until it is so; every question goes over HTTP and takes its time. */
  private static void await(final Supplier<Boolean> so) {
    for (int asked = 0; !so.get(); asked++) {
      assertThat(asked).as("how often it was asked in vain").isLessThan(20_000);
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
