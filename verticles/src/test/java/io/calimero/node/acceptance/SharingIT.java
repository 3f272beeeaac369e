// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two nodes, each a process, that share a context over loopback. */
@Execution(ExecutionMode.CONCURRENT)
class SharingIT {

  /** Whoever joins takes the state at a checkpoint that is so near already. */
  private static final Map<String, String> SETTINGS =
      Map.of("LOG_SEGMENT_SIZE", "1MiB", "P2P_SNAPSHOT_ENTRIES", "4");

  private static final int HISTORY = 500;
  private static final int MORE = 20;
  private static final int DRAFTS = 5;
  private static final int LARGE = 10 << 20;

  /** Gas that a short row can be written with. */
  private static final int LITTLE = 150_000;

  @TempDir private Path directory;

  @Test
  void whoIsInvitedCatchesUpAndBothWriteAndAgree() throws IOException, InterruptedException {
    try (NodeProcess first = NodeProcess.start(directory.resolve("first"), SETTINGS);
        NodeClient ada = new NodeClient(first)) {
      final String context = ada.create(ada.install(Modules.kvStore()), "{}");
      final List<CompletableFuture<JsonObject>> history =
          IntStream.range(0, HISTORY)
              .mapToObj(
                  i ->
                      ada.callAsync(
                          "execute", context, "set", JsonObject.of("key", "k" + i, "value", "v")))
              .toList();
      history.forEach(write -> assertThat(NodeClient.join(write).containsKey("result")).isTrue());
      final Path home = directory.resolve("second");
      try (NodeProcess second = NodeProcess.startLight(home, SETTINGS);
          NodeClient ben = new NodeClient(second)) {
        join(ada, ben, context);
        awaitAgreement(ada, ben, context);
        assertThat(ben.applications()).isEqualTo(ada.applications());

        for (int i = 0; i < MORE; i++) {
          set(ada, context, "ada" + i);
          set(ben, context, "ben" + i);
          // Who has written reads it at once.
          assertThat(get(ben, context, "ben" + i)).isEqualTo("ben" + i);
        }
        awaitAgreement(ada, ben, context);
        assertThat(get(ada, context, "ben" + (MORE - 1))).isEqualTo("ben" + (MORE - 1));
        keepDrafts(ada, ben);
        final String large = createPoor(ada, ada.install(large()));
        join(ada, ben, large);
        awaitAgreement(ada, ben, large);
        set(ben, large, "ben");
        new BlobSharing(first, ada, second, ben).check();
        assertThatItIsPoorOnBoth(ada, ben, large, context);
        assertThat(ben.applications()).isEqualTo(ada.applications());
        assertThat(home.resolve("fetching")).isEmptyDirectory();
        second.kill();
      }
      // Whoever was away catches up without being told how.
      set(ada, context, "meanwhile");
      try (NodeProcess second = NodeProcess.startLight(home, SETTINGS);
          NodeClient ben = new NodeClient(second)) {
        awaitAgreement(ada, ben, context);
        assertThat(get(ben, context, "meanwhile")).isEqualTo("meanwhile");
        assertThat(second.stop().code()).isZero();
      }
      assertThat(first.stop().code()).isZero();
    }
    final NodeProcess.Ended rebuilt =
        NodeProcess.run(
            Map.of(),
            "state",
            "rebuild",
            "--verify",
            "--home",
            directory.resolve("second").toString());
    assertThat(rebuilt.code()).as(rebuilt.output()).isZero();
  }

  private static String createPoor(final NodeClient client, final String application) {
    return client
        .tryCreate(application, "{}", JsonObject.of("gas", LITTLE))
        .data()
        .getString("contextId");
  }

  /** What is too much there is not in a context whose creator named nothing. */
  private static void assertThatItIsPoorOnBoth(
      final NodeClient ada, final NodeClient ben, final String poor, final String other) {
    final JsonObject much = JsonObject.of("key", "much", "value", "v".repeat(LITTLE));
    for (final NodeClient each : List.of(ada, ben)) {
      assertThat(each.context(poor).getInteger("calimero_gas")).isEqualTo(LITTLE);
      assertThat(each.context(other).getInteger("calimero_gas")).isEqualTo(1_000_000_000);
      assertThat(each.refused("execute", poor, "set", much).getString("data"))
          .isEqualTo("out of gas");
      each.execute(other, "set", much);
    }
  }

  /** An application of 10 MiB: one that works, and a section that nobody reads. */
  private Path large() {
    try {
      final byte[] small = Files.readAllBytes(Modules.kvStore());
      final byte[] rest = new byte[LARGE - small.length];
      new Random(1).nextBytes(rest);
      final ByteBuffer module = ByteBuffer.allocate(LARGE).put(small).put((byte) 0);
      // its length, in five groups of seven bits
      final int length = LARGE - small.length - 6;
      for (int group = 0; group < 5; group++) {
        module.put((byte) (((length >>> (7 * group)) & 0x7f) | (group < 4 ? 0x80 : 0)));
      }
      // a name without letters
      module.put((byte) 0).put(rest, 0, module.remaining());
      return Files.write(directory.resolve("large.wasm"), module.array());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both write down what stays with them, and publish some of it in the same context. */
  private static void keepDrafts(final NodeClient ada, final NodeClient ben) {
    final String notes = ada.create(ada.install(Modules.sample("notes")), "{}");
    join(ada, ben, notes);
    final List<CompletableFuture<JsonObject>> drafts =
        IntStream.range(0, 2 * DRAFTS)
            .mapToObj(
                i ->
                    (i % 2 == 0 ? ada : ben)
                        .callAsync("execute", notes, "draft", JsonObject.of("text", "draft " + i)))
            .toList();
    drafts.forEach(draft -> assertThat(NodeClient.join(draft).containsKey("result")).isTrue());
    for (int number = 1; number <= DRAFTS; number++) {
      // at the same time, so that what one has read the other changes
      final JsonObject which = JsonObject.of("number", number);
      final CompletableFuture<JsonObject> one = ada.callAsync("execute", notes, "publish", which);
      final CompletableFuture<JsonObject> other = ben.callAsync("execute", notes, "publish", which);
      assertThat(NodeClient.join(one).toString()).contains("output");
      assertThat(NodeClient.join(other).toString()).contains("output");
    }
    awaitAgreement(ada, ben, notes);
    for (final NodeClient node : List.of(ada, ben)) {
      assertThat(node.execute(notes, "drafts", new JsonObject()).getJsonArray("output")).isEmpty();
      assertThat(node.execute(notes, "published", new JsonObject()).getJsonArray("output"))
          .hasSize(2 * DRAFTS);
    }
    ben.execute(notes, "draft", JsonObject.of("text", "of ben alone"));
    awaitAgreement(ada, ben, notes);
    assertThat(ada.execute(notes, "drafts", new JsonObject()).getJsonArray("output")).isEmpty();
  }

  static void join(final NodeClient ada, final NodeClient ben, final String context) {
    final String inviter =
        ada.get("/admin-api/contexts/" + context + "/identities-owned")
            .data()
            .getJsonArray("identities")
            .getString(0);
    final String invitee =
        ben.post("/admin-api/identity/context", "").data().getString("publicKey");
    final String invitation =
        ada.post(
                "/admin-api/contexts/invite",
                JsonObject.of("contextId", context, "inviterId", inviter, "inviteeId", invitee)
                    .encode())
            .json()
            .getString("data");
    final JsonObject joined =
        ben.post(
                "/admin-api/contexts/join", JsonObject.of("invitationPayload", invitation).encode())
            .data();
    assertThat(joined).isEqualTo(JsonObject.of("contextId", context, "memberPublicKey", invitee));
  }

  private static void set(final NodeClient node, final String context, final String key) {
    node.execute(context, "set", JsonObject.of("key", key, "value", key));
  }

  static String get(final NodeClient node, final String context, final String key) {
    return node.execute(context, "get", JsonObject.of("key", key)).getString("output");
  }

  /** Waits until both have the same head, and compares everything about it. */
  static void awaitAgreement(final NodeClient ada, final NodeClient ben, final String context) {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    JsonObject here = ada.context(context);
    JsonObject there = ben.context(context);
    while (!here.getString("entryHash").equals(there.getString("entryHash"))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("they do not agree: " + here + " and " + there);
      }
      here = ada.context(context);
      there = ben.context(context);
    }
    assertThat(there).isEqualTo(here);
  }
}
