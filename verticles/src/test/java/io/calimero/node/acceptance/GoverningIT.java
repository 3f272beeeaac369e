// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two nodes, each a process, and everything by which their context is governed. */
@Execution(ExecutionMode.CONCURRENT)
class GoverningIT {
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "1MiB");
  private static final long MILLION = 1_000_000;
  private static final int SOME = 15;

  @TempDir private Path directory;
  private String context = "";

  @Test
  void aContextIsGovernedByItsMembersWhileTheyWrite() {
    final Path home = directory.resolve("first");
    try (NodeProcess first = NodeProcess.start(home, SETTINGS);
        NodeProcess second = NodeProcess.startLight(directory.resolve("second"), SETTINGS);
        NodeClient ada = new NodeClient(first);
        NodeClient ben = new NodeClient(second)) {
      context = ada.create(ada.install(Modules.own("counter")), "{}");
      final String adas = owned(ada);
      final String bens = joinOpenly(ada, ben);
      agree(ada, ben);

      capabilitiesDecide(ada, ben, adas, bens);
      whoIsRemovedWritesNoMoreAndMayComeBack(ada, ben, adas, bens);
      final long counted = theCodeChangesUnderLoad(ada, ben);
      theCoordinatorHandsOverUnderLoad(ada, ben, bens, counted);
      whoLeavesIsGone(ada, ben, adas);
      theContextMovesBack(second, ben, first, ada);
      assertThat(second.stop().code()).isZero();
      assertThat(first.stop().code()).isZero();
    }
    final NodeProcess.Ended rebuilt =
        NodeProcess.run(Map.of(), "state", "rebuild", "--verify", "--home", home.toString());
    assertThat(rebuilt.code()).as(rebuilt.output()).isZero();
  }

  /** An invitation that is good once: for whoever has it, and then for nobody. */
  private String joinOpenly(final NodeClient ada, final NodeClient ben) {
    final String invitation =
        ada.post(path("invitations"), JsonObject.of("uses", 1, "validForSeconds", 600).encode())
            .json()
            .getString("data");
    final String joined =
        join(ben, invitation, JsonObject.of()).data().getString("memberPublicKey");
    final String another =
        ben.post("/admin-api/identity/context", "").data().getString("publicKey");
    final NodeClient.Reply again = join(ben, invitation, JsonObject.of("memberPublicKey", another));
    assertThat(again.status()).isEqualTo(403);
    assertThat(again.error()).contains("used up");
    return joined;
  }

  private void capabilitiesDecide(
      final NodeClient ada, final NodeClient ben, final String adas, final String bens) {
    final String other = ben.post("/admin-api/identity/context", "").data().getString("publicKey");
    final String add = JsonObject.of("members", JsonArray.of(other)).encode();
    assertThat(ben.post(path("members"), add).status()).isEqualTo(403);
    assertThat(capability(ben, "grant", bens).status()).isEqualTo(403);
    final NodeClient.Reply granted = capability(ada, "grant", bens);
    assertThat(granted.body()).isEqualTo("{\"data\":null}");
    agree(ada, ben);
    assertThat(ben.post(path("members"), add).status()).isEqualTo(200);
    assertThat(capability(ada, "revoke", bens).status()).isEqualTo(200);
    agree(ada, ben);
    assertThat(
            ben.post(
                    path("members/remove"),
                    JsonObject.of("members", JsonArray.of(other), "signerId", bens).encode())
                .status())
        .isEqualTo(403);
    // Everybody may remove themselves.
    assertThat(
            ben.post(path("leave"), JsonObject.of("memberPublicKey", other).encode())
                .data()
                .getBoolean("calimero_removed"))
        .isFalse();
    agree(ada, ben);
    assertThat(members(ada)).containsExactlyInAnyOrder(adas, bens).isEqualTo(members(ben));
  }

  private void whoIsRemovedWritesNoMoreAndMayComeBack(
      final NodeClient ada, final NodeClient ben, final String adas, final String bens) {
    ben.execute(context, "add", JsonObject.of());
    final long before = ada.context(context).getLong("position");
    assertThat(
            ada.post(path("members/remove"), JsonObject.of("members", JsonArray.of(bens)).encode())
                .status())
        .isEqualTo(200);
    // Until it has heard of it, it is told no more than that nobody orders for it.
    assertThat(ben.refused("execute", context, "add", JsonObject.of()).getString("type"))
        .isIn("Unauthorized", "PeerUnreachable");
    ada.execute(context, "add", JsonObject.of());
    assertThat(get(ada)).as("what was written before stays").isEqualTo(2);
    final String invitation =
        ada.post(
                "/admin-api/contexts/invite",
                JsonObject.of("contextId", context, "inviterId", adas, "inviteeId", bens).encode())
            .json()
            .getString("data");
    assertThat(join(ben, invitation, JsonObject.of()).data().getString("memberPublicKey"))
        .isEqualTo(bens);
    ben.execute(context, "add", JsonObject.of());
    agree(ada, ben);
    assertThat(ada.context(context).getLong("position")).isEqualTo(before + 4);
    assertThat(get(ben)).isEqualTo(3);
  }

  /** What was counted before the update counts a million times as much, on every node. */
  private long theCodeChangesUnderLoad(final NodeClient ada, final NodeClient ben) {
    // Only the node that proposes it has it.
    final String application = ben.install(Modules.own("counter-million"));
    assertThat(capability(ada, "grant", "ManageApplication", owned(ben)).status()).isEqualTo(200);
    agree(ada, ben);
    final NodeClient.Reply refused = update(ada, ada.install(Modules.own("counter-refusing")));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("migrate failed");
    final long before = get(ada);
    final Load load = new Load(ada, ben);
    load.awaitSome();
    assertThat(update(ben, application).body()).isEqualTo("{\"data\":{}}");
    load.awaitSome();
    final int added = load.stop();
    agree(ada, ben);
    final long count = get(ada);
    final long after = count % MILLION;
    assertThat(count / MILLION + after).as("%s", count).isEqualTo(before + added);
    assertThat(after).as("written after the update").isBetween(1L, (long) added - 1);
    assertThat(ada.context(context).getString("applicationId")).isEqualTo(application);
    return count;
  }

  private void theCoordinatorHandsOverUnderLoad(
      final NodeClient ada, final NodeClient ben, final String bens, final long counted) {
    final Load load = new Load(ada, ben);
    load.awaitSome();
    final JsonObject handedOver =
        ada.post(path("coordinator"), JsonObject.of("memberPublicKey", bens).encode()).data();
    assertThat(handedOver.containsKey("calimero_warning")).isFalse();
    load.awaitSome();
    final int added = load.stop();
    agree(ada, ben);
    assertThat(get(ben)).as("nothing lost, nothing twice").isEqualTo(counted + added);
    assertThat(
            ada.post(path("coordinator"), JsonObject.of("memberPublicKey", bens).encode()).error())
        .contains("is the coordinator already");
    assertThat(coordinator(ada)).isEqualTo(coordinator(ben)).isEqualTo(bens);
  }

  private void whoLeavesIsGone(final NodeClient ada, final NodeClient ben, final String adas) {
    assertThat(ben.post(path("leave"), "").error()).contains("hand the context over");
    assertThat(capability(ada, "grant", coordinator(ben)).status()).isEqualTo(200);
    assertThat(ada.post(path("leave"), "").data())
        .isEqualTo(
            JsonObject.of("contextId", context, "memberPublicKey", adas, "calimero_removed", true));
    assertThat(ada.contexts()).isEmpty();
    assertThat(members(ben)).doesNotContain(adas);
    ben.execute(context, "add", JsonObject.of());
  }

  /** By the one command for it. */
  private void theContextMovesBack(
      final NodeProcess from, final NodeClient ben, final NodeProcess to, final NodeClient ada) {
    final long counted = get(ben);
    final NodeProcess.Ended moved =
        NodeProcess.runLight(
            "context", "move", context, "--node", text(from), "--to", text(to), "--json");
    assertThat(moved.code()).as(moved.output()).isZero();
    assertThat(ben.contexts()).isEmpty();
    ada.execute(context, "add", JsonObject.of());
    assertThat(get(ada)).isEqualTo(counted + 1);
    assertThat(moved.output()).contains(coordinator(ada));
    final String another =
        ada.post("/admin-api/identity/context", "").data().getString("publicKey");
    assertThat(
            ada.post(path("members"), JsonObject.of("members", JsonArray.of(another)).encode())
                .status())
        .as("it may do what the other one might")
        .isEqualTo(200);
  }

  private static String text(final NodeProcess node) {
    return node.uri().toString();
  }

  /** Writers at both nodes, each waiting for an answer before it asks again. */
  private final class Load {
    private final ConcurrentLinkedQueue<JsonObject> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<NodeClient> nodes;
    private final List<CompletableFuture<Void>> writers;
    private volatile CountDownLatch some = new CountDownLatch(SOME);

    Load(final NodeClient... nodes) {
      this.nodes = List.of(nodes);
      writers = this.nodes.stream().map(this::write).toList();
    }

    private CompletableFuture<Void> write(final NodeClient node) {
      return node.callAsync("execute", context, "add", JsonObject.of())
          .thenCompose(
              answer -> {
                answers.add(answer);
                some.countDown();
                return ended.get() ? CompletableFuture.completedFuture(null) : write(node);
              });
    }

    void awaitSome() {
      some = new CountDownLatch(SOME);
      try {
        if (!some.await(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("the writers stand still: " + answers);
        }
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    /** Ends; every write must have been acknowledged, each with another count. */
    int stop() {
      ended.set(true);
      writers.forEach(NodeClient::join);
      assertThat(answers).allMatch(answer -> answer.containsKey("result"));
      assertThat(answers.stream().map(answer -> answer.getJsonObject("result").getValue("output")))
          .doesNotHaveDuplicates();
      return answers.size();
    }
  }

  private NodeClient.Reply join(
      final NodeClient node, final String invitation, final JsonObject more) {
    return node.post(
        "/admin-api/contexts/join",
        JsonObject.of("invitationPayload", invitation).mergeIn(more).encode());
  }

  private NodeClient.Reply capability(
      final NodeClient node, final String what, final String member) {
    return capability(node, what, "ManageMembers", member);
  }

  private NodeClient.Reply capability(
      final NodeClient node, final String what, final String capability, final String member) {
    return node.post(
        path("capabilities/" + what),
        JsonObject.of(
                "capabilities", JsonArray.of(JsonArray.of(member, capability)), "signer_id", "")
            .encode());
  }

  private NodeClient.Reply update(final NodeClient node, final String application) {
    return node.post(
        path("application"),
        JsonObject.of("applicationId", application, "executorPublicKey", owned(node)).encode());
  }

  private String path(final String what) {
    return "/admin-api/contexts/" + context + "/" + what;
  }

  private String owned(final NodeClient node) {
    return node.get(path("identities-owned")).data().getJsonArray("identities").getString(0);
  }

  private List<String> members(final NodeClient node) {
    return node.get(path("members")).data().getJsonArray("members").stream()
        .map(member -> ((JsonObject) member).getString("identity"))
        .toList();
  }

  private String coordinator(final NodeClient node) {
    return node.get(path("members")).data().getJsonArray("members").stream()
        .map(JsonObject.class::cast)
        .filter(member -> member.getBoolean("coordinator"))
        .map(member -> member.getString("identity"))
        .findFirst()
        .orElseThrow();
  }

  private long get(final NodeClient node) {
    return node.execute(context, "get", JsonObject.of()).getLong("output");
  }

  /** Waits until both have the same head, and compares everything about it. */
  private void agree(final NodeClient ada, final NodeClient ben) {
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
