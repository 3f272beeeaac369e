// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nodes that join a context late: by the state at a checkpoint, and entry by entry. */
@Execution(ExecutionMode.CONCURRENT)
class LateJoinerIT {
  private static final int HISTORY = 5_000;
  private static final int AT_ONCE = 512;
  private static final int VALUE = 400;
  private static final int PAUSE = 50;
  private static final Pattern BEGINNING = Pattern.compile("begins\\s+at\\s+position\\s+(\\d+)");

  @TempDir private Path directory;

  private static Map<String, String> settings(final long far) {
    return new HashMap<>(
        Map.of(
            "LOG_SEGMENT_SIZE", "1MiB",
            "CONTEXTS_CHECKPOINT_ENTRIES", "2000",
            "P2P_SNAPSHOT_ENTRIES", Long.toString(far)));
  }

  @Test
  void whoComesLateFetchesAStateOrEveryEntryAndSurvivesBeingKilledMeanwhile() {
    try (NodeProcess first = NodeProcess.start(directory.resolve("first"), settings(1_000));
        NodeClient ada = new NodeClient(first)) {
      final String context = ada.create(ada.install(Modules.kvStore()), "{}");
      write(ada, context);
      final long checkpoint = bySnapshot(ada, context);
      assertThat(checkpoint).isBetween(2_000L, HISTORY + 10L);
      byReplay(ada, context);
    }
  }

  private NodeProcess.Ended run(final String... words) {
    return NodeProcess.runLight(words[0], words[1], "--home", directory.resolve("late").toString());
  }

  private static void write(final NodeClient node, final String context) {
    final Deque<CompletableFuture<JsonObject>> writes = new ArrayDeque<>();
    for (int i = 0; i < HISTORY; i++) {
      writes.add(
          node.callAsync(
              "execute",
              context,
              "set",
              JsonObject.of("key", "k" + i, "value", "v".repeat(VALUE))));
      if (writes.size() == AT_ONCE) {
        assertThat(NodeClient.join(writes.remove()).getMap()).containsKey("result");
      }
    }
    writes.forEach(write -> assertThat(NodeClient.join(write).getMap()).containsKey("result"));
  }

  /** Where the log begins in the end. */
  private long bySnapshot(final NodeClient ada, final String context) {
    final Path home = directory.resolve("late");
    final String invitation;
    try (NodeProcess late = NodeProcess.startLight(home, settings(1_000));
        NodeClient ben = new NodeClient(late)) {
      invitation = invite(ada, ben, context);
      final CompletableFuture<NodeClient.Reply> joining =
          ben.postAsync(
              "/admin-api/contexts/join", JsonObject.of("invitationPayload", invitation).encode());
      // A part of the state is on disk: the node is killed in the middle of it.
      await(() -> joining.isDone() || hasImport(home));
      late.kill();
    }
    try (NodeProcess late = NodeProcess.startLight(home, settings(1_000));
        NodeClient ben = new NodeClient(late)) {
      final NodeClient.Reply joined =
          ben.post(
              "/admin-api/contexts/join", JsonObject.of("invitationPayload", invitation).encode());
      assertThat(joined.status()).as(late.output()).isEqualTo(200);
      awaitAgreement(ada, ben, context);
      set(ben, context, "from-late");
      // No checkpoint is of the new coordinator's term.
      handOver(ada, ben, context);
      set(ben, context, "by-the-new-one");
      awaitAgreement(ada, ben, context);
      late.kill();
    }
    // States are derived: without them the node fetches one again, also if it orders.
    delete(home.resolve("state"));
    try (NodeProcess late = NodeProcess.startLight(home, settings(1_000));
        NodeClient ben = new NodeClient(late)) {
      awaitAgreement(ada, ben, context);
      assertThat(ben.execute(context, "get", JsonObject.of("key", "k17")).getString("output"))
          .hasSize(VALUE);
      final JsonObject sync = ben.get("/admin-api/contexts/" + context + "/sync-status").data();
      assertThat(sync.getJsonObject("syncState").getString("state")).isEqualTo("idle");
      set(ben, context, "without-a-state-of-its-own");
      handOver(ben, ada, context);
      awaitAgreement(ada, ben, context);
      assertThat(late.stop().code()).isZero();
    }
    final NodeProcess.Ended dump = run("log", "dump");
    assertThat(dump.output()).contains("the context begins behind this position");
    final NodeProcess.Ended verified = run("log", "verify");
    assertThat(verified.code()).as(verified.output()).isZero();
    final NodeProcess.Ended rebuilt = run("state", "rebuild");
    assertThat(rebuilt.code()).as(rebuilt.output()).isZero();
    return beginning(rebuilt.output());
  }

  private static long beginning(final String output) {
    final Matcher found = BEGINNING.matcher(output);
    assertThat(found.find()).as(output).isTrue();
    return Long.parseLong(found.group(1));
  }

  private void byReplay(final NodeClient ada, final String context) {
    final Path home = directory.resolve("patient");
    try (NodeProcess late = NodeProcess.start(home, settings(1_000_000));
        NodeClient cleo = new NodeClient(late)) {
      final String invitation = invite(ada, cleo, context);
      cleo.post("/admin-api/contexts/join", JsonObject.of("invitationPayload", invitation).encode())
          .data();
      late.kill();
    }
    try (NodeProcess late = NodeProcess.start(home, settings(1_000_000));
        NodeClient cleo = new NodeClient(late)) {
      awaitAgreement(ada, cleo, context);
      set(cleo, context, "from-patient");
      awaitAgreement(ada, cleo, context);
      assertThat(late.stop().code()).isZero();
    }
  }

  private static boolean hasImport(final Path home) {
    final Path state = home.resolve("state");
    if (!Files.isDirectory(state)) {
      return false;
    }
    try (Stream<Path> files = Files.list(state)) {
      return files.anyMatch(
          file -> file.toString().endsWith(".import") && file.toFile().length() > 1 << 20);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(final Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> assertThat(file.toFile().delete()).isTrue());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void handOver(final NodeClient from, final NodeClient to, final String context) {
    from.post(
            "/admin-api/contexts/" + context + "/coordinator",
            JsonObject.of("memberPublicKey", identity(to, context)).encode())
        .data();
    awaitAgreement(from, to, context);
  }

  private static String identity(final NodeClient node, final String context) {
    return node.get("/admin-api/contexts/" + context + "/identities-owned")
        .data()
        .getJsonArray("identities")
        .getString(0);
  }

  private static String invite(final NodeClient ada, final NodeClient other, final String context) {
    final String inviter = identity(ada, context);
    final String invitee =
        other.post("/admin-api/identity/context", "").data().getString("publicKey");
    return ada.post(
            "/admin-api/contexts/invite",
            JsonObject.of("contextId", context, "inviterId", inviter, "inviteeId", invitee)
                .encode())
        .json()
        .getString("data");
  }

  private static void set(final NodeClient node, final String context, final String key) {
    node.execute(context, "set", JsonObject.of("key", key, "value", key));
  }

  private static void await(final BooleanSupplier condition) {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it never came to be");
      }
      new CompletableFuture<Boolean>().completeOnTimeout(true, PAUSE, TimeUnit.MILLISECONDS).join();
    }
  }

  private static void awaitAgreement(
      final NodeClient ada, final NodeClient other, final String context) {
    try {
      await(() -> state(other, context).equals(state(ada, context)));
    } catch (final AssertionError e) {
      throw new AssertionError(
          "they do not agree: " + other.get("/admin-api/contexts/" + context + "/sync-status"), e);
    }
  }

  /** Head and state root: the log may be here before the state is again. */
  private static String state(final NodeClient node, final String context) {
    final NodeClient.Reply reply = node.get("/admin-api/contexts/" + context);
    return reply.status() == 200
        ? reply.data().getString("entryHash") + " " + reply.data().getString("rootHash")
        : "";
  }
}
