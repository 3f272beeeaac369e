// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Three nodes, each a process, that write at the same time while one thing after the other fails.
 */
@Execution(ExecutionMode.CONCURRENT)
class MemberFaultsIT {
  private static final int PARTITION_SECONDS = 35;
  private static final int PAUSE_SECONDS = 60;

  /** Within which all agree once nothing is in their way. */
  private static final int HEALING_SECONDS = 10;

  /** For whatever else is waited for; a machine that builds something else meanwhile needs it. */
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private Path directory;

  @Test
  void nothingAcknowledgedIsLostAndAllAgreeAfterEachFault() {
    try (Member ada = new Member(directory, "ada");
        Member ben = new Member(directory, "ben");
        Member cleo = new Member(directory, "cleo")) {
      final List<Member> all = List.of(ada, ben, cleo);
      all.stream()
          .map(member -> CompletableFuture.supplyAsync(member::start))
          .toList()
          .forEach(NodeClient::join);
      final String context = ada.node().create(ada.node().install(Modules.kvStore()), "{}");
      assertThat(join(ben, invitation(ada, ben, context)).status()).isEqualTo(200);

      joinWhileNobodyIsReachable(ada, cleo, all, context);
      agree(all, context);

      all.forEach(member -> member.write(context));
      awaitWrites(all, 5);

      final long paused = System.nanoTime();
      ben.signal("STOP");
      all.forEach(member -> member.gate().shut(true));
      pass(paused, PARTITION_SECONDS);
      all.forEach(member -> member.gate().shut(false));
      cleo.rest();
      ada.rest();
      agree(List.of(ada, cleo), context);
      ada.write(context);
      cleo.write(context);
      awaitWrites(List.of(ada, cleo), 3);

      cleo.kill();
      cleo.rest();
      awaitWrites(List.of(ada), 5);
      cleo.start().write(context);
      awaitWrites(List.of(cleo), 3);

      pass(paused, PAUSE_SECONDS);
      ben.signal("CONT");
      awaitWrites(List.of(ben), 3);

      ada.kill();
      ada.rest();
      ada.start().write(context);
      awaitWrites(all, 3);

      all.forEach(Member::rest);
      agree(all, context);
      all.forEach(reader -> hasAll(reader, all, context));
    }
  }

  private static String invitation(
      final Member inviter, final Member invitee, final String context) {
    final String member =
        inviter
            .node()
            .get("/admin-api/contexts/" + context + "/identities-owned")
            .data()
            .getJsonArray("identities")
            .getString(0);
    final String identity =
        invitee.node().post("/admin-api/identity/context", "").data().getString("publicKey");
    return inviter
        .node()
        .post(
            "/admin-api/contexts/invite",
            JsonObject.of("contextId", context, "inviterId", member, "inviteeId", identity)
                .encode())
        .json()
        .getString("data");
  }

  private static NodeClient.Reply join(final Member member, final String invitation) {
    return member
        .node()
        .post("/admin-api/contexts/join", JsonObject.of("invitationPayload", invitation).encode());
  }

  private static void joinWhileNobodyIsReachable(
      final Member inviter, final Member joiner, final List<Member> all, final String context) {
    final String invitation = invitation(inviter, joiner, context);
    all.forEach(member -> member.gate().shut(true));
    final NodeClient.Reply refused = join(joiner, invitation);
    assertThat(refused.status()).isNotEqualTo(200);
    assertThat(refused.error()).isNotBlank();
    assertThat(joiner.node().contexts()).isEmpty();
    all.forEach(member -> member.gate().shut(false));
    // Whoever could not be reached is left alone for a while.
    final long deadline = deadline();
    NodeClient.Reply joined = join(joiner, invitation);
    while (joined.status() != 200) {
      check(deadline, joined.body());
      joined = join(joiner, invitation);
    }
    assertThat(joined.data().getString("contextId")).isEqualTo(context);
  }

  private static void awaitWrites(final List<Member> writers, final int more) {
    final List<Integer> wanted = writers.stream().map(w -> w.acknowledged().size() + more).toList();
    final long deadline = deadline();
    for (int i = 0; i < writers.size(); i++) {
      while (writers.get(i).acknowledged().size() < wanted.get(i)) {
        check(deadline, "no writes are acknowledged");
        breathe();
      }
    }
  }

  /** Waits until all have the same head, and compares everything about it. */
  private static void agree(final List<Member> members, final String context) {
    final long deadline = deadline(HEALING_SECONDS);
    List<JsonObject> seen = look(members, context);
    while (seen.stream().map(each -> each.getString("entryHash")).distinct().count() > 1) {
      check(deadline, seen.toString());
      breathe();
      seen = look(members, context);
    }
    assertThat(seen.stream().distinct()).hasSize(1);
  }

  private static List<JsonObject> look(final List<Member> members, final String context) {
    return members.stream().map(member -> member.node().context(context)).toList();
  }

  private static void hasAll(
      final Member reader, final List<Member> writers, final String context) {
    writers.stream()
        .flatMap(writer -> writer.acknowledged().stream())
        .map(
            key ->
                reader
                    .node()
                    .callAsync("query", context, "get", JsonObject.of("key", key))
                    .thenAccept(
                        answer ->
                            assertThat(answer.getJsonObject("result").getString("output"))
                                .isEqualTo(key)))
        .toList()
        .forEach(NodeClient::join);
  }

  private static long deadline() {
    return deadline(PATIENCE_SECONDS);
  }

  private static long deadline(final int seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private static void check(final long deadline, final String what) {
    if (System.nanoTime() > deadline) {
      throw new AssertionError("not in time: " + what);
    }
  }

  private static void breathe() {
    pass(System.nanoTime(), 0.3);
  }

  /** Lets time pass until so long after a moment. */
  private static void pass(final long since, final double seconds) {
    final long left = (long) (seconds * 1e9) - (System.nanoTime() - since);
    final boolean _ =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(true, Math.max(0, left), TimeUnit.NANOSECONDS)
            .join();
  }
}
