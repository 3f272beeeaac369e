// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does with entries that contradict what it has, or come as they should not. */
class HostileCoordinatorTest {
  private static final ContextOptions OPTIONS =
      new ContextOptions(64, 1 << 20, 8, 2, 1 << 20, Duration.ofSeconds(1), 1_000_000_000L, false);

  @TempDir private Path home;
  private CoreFixture orders;
  private CoreFixture follows;
  private ContextId context;
  private PublicKey creator;
  private PublicKey invitee;
  private KeyPair coordinator;

  @BeforeEach
  void share() throws IOException {
    orders = new CoreFixture(Files.createDirectory(home.resolve("orders")), OPTIONS);
    follows = new CoreFixture(Files.createDirectory(home.resolve("follows")), OPTIONS);
    final Created created = orders.create();
    context = created.context();
    creator = created.member();
    coordinator = orders.keys.find(creator).orElseThrow();
    invitee = follows.get(follows.core.createIdentity());
    write(5);
    join();
  }

  private void join() {
    final String invitation =
        orders.get(orders.core.invite(new Invite(context, creator, invitee))).invitation();
    follows.others.fetching = Optional.of(_ -> apply(log(orders)));
    follows.get(follows.core.join(new Join(invitation)));
  }

  private void write(final int entries) {
    for (int i = 0; i < entries; i++) {
      orders.get(orders.submit(context, "set", "write " + i));
    }
  }

  private List<Entry.Signed> log(final CoreFixture node) {
    return node.get(node.core.read(new ReadLog(context, 1, 1000, 1 << 20))).entries().stream()
        .map(Entry.Logged::signed)
        .toList();
  }

  private Optional<Evidence> evidence() {
    return new EvidenceStore(home.resolve("follows/evidence")).read(context);
  }

  private Head head() {
    return follows.get(follows.core.context(context)).head();
  }

  private Optional<String> damage() {
    return follows.get(follows.core.context(context)).damage();
  }

  private CompletableFuture<Applied> apply(final List<Entry.Signed> entries) {
    return follows.core.apply(new Apply(context, entries));
  }

  private Problem problem(final Entry.Signed... entries) {
    return follows.problem(apply(List.of(entries)));
  }

  /** The same entry a little later, signed by somebody. */
  private static Entry.Signed later(final Entry entry, final KeyPair signer) {
    final Entry other =
        new Entry(
            entry.context(),
            entry.position(),
            entry.prior(),
            entry.timestamp() + 1,
            entry.term(),
            entry.payload());
    return Entry.Signed.sign(other, other.hash(), signer);
  }

  @Test
  void twoEntriesForAnyPositionStopTheContextAndAreKept() throws IOException {
    final Entry.Signed known = log(follows).get(2);
    final Entry.Signed other = later(known.entry(), coordinator);
    assertThat(problem(other).code()).isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(damage().orElseThrow())
        .contains("two entries for position 3", known.hash().toString(), other.hash().toString());
    // It stays so over a restart, and the proof is whole.
    follows.restart();
    assertThat(damage().orElseThrow()).contains("two entries for position 3");
    assertThat(problem(log(orders).getFirst()).code()).isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(evidence().orElseThrow().entries()).containsExactly(known, other);
    assertThat(known.verify(creator) && other.verify(creator)).isTrue();
    // What is in the log can be read.
    assertThat(log(follows)).hasSize((int) head().position());
  }

  @Test
  void anEntryThatFollowsAnotherHistoryStopsTheContext() {
    final Head head = head();
    final Entry fork =
        new Entry(
            context,
            head.position() + 1,
            Hash.sha256(new byte[] {1}),
            head.timestamp() + 5,
            1,
            log(follows).getLast().entry().payload());
    assertThat(problem(Entry.Signed.sign(fork, fork.hash(), coordinator)).code())
        .isEqualTo(Code.CONTEXT_DIVERGED);
    assertThat(damage().orElseThrow())
        .contains("two entries for position " + head.position(), fork.prior().toString());
  }

  @Test
  void aRemovedContextCanBeJoinedAgainAndItsEvidenceIsGone() {
    assertThat(problem(later(log(follows).get(2).entry(), coordinator)).code())
        .isEqualTo(Code.CONTEXT_DIVERGED);
    follows.get(follows.core.remove(context));
    assertThat(evidence()).isEmpty();
    invitee = follows.get(follows.core.createIdentity());
    join();
    follows.restart();
    assertThat(damage()).isEmpty();
  }

  @Test
  void whatTheCoordinatorDidNotSignStopsNothing() {
    final KeyPair eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    final Head head = head();
    for (final Entry.Signed known : log(follows)) {
      final Entry.Signed forged = later(known.entry(), eve);
      assertThat(follows.get(apply(List.of(forged))).head()).isEqualTo(head);
      final Entry.Signed unsigned =
          new Entry.Signed(forged.entry(), forged.hash(), known.signature());
      assertThat(follows.get(apply(List.of(unsigned))).head()).isEqualTo(head);
    }
    final Entry fork =
        new Entry(
            context,
            head.position() + 1,
            Hash.ZERO,
            head.timestamp() + 5,
            1,
            log(follows).getLast().entry().payload());
    assertThat(problem(Entry.Signed.sign(fork, fork.hash(), eve)).code())
        .isEqualTo(Code.INVALID_REQUEST);
    final Entry otherTerm =
        new Entry(
            context,
            head.position(),
            Hash.ZERO,
            head.timestamp() + 5,
            2,
            log(follows).getLast().entry().payload());
    assertThat(
            follows
                .get(apply(List.of(Entry.Signed.sign(otherTerm, otherTerm.hash(), coordinator))))
                .head())
        .isEqualTo(head);
    assertThat(damage()).isEmpty();
    assertThat(evidence()).isEmpty();
  }

  /** Whatever is repeated, left out for a while, or comes in another order: the log is the same. */
  @Test
  void repeatedAndReorderedEntriesLeaveOneHistory() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    write(20);
    final List<Entry.Signed> all = log(orders);
    for (int i = 0; i < 300; i++) {
      final int from = random.nextInt(all.size());
      final List<Entry.Signed> part =
          new ArrayList<>(all.subList(from, from + random.nextInt(all.size() - from) + 1));
      if (random.nextInt(3) == 0) {
        Collections.shuffle(part, random);
      } else if (random.nextInt(3) == 0) {
        part.addAll(List.copyOf(part));
      } else if (random.nextInt(3) == 0) {
        part.remove(random.nextInt(part.size()));
      }
      if (!part.isEmpty()) {
        final CompletableFuture<Applied> applied = apply(part);
        follows.settle();
        assertThat(applied).as("seed %d", seed).isDone();
        assertThat(damage()).as("seed %d", seed).isEmpty();
        final List<Entry.Signed> here = log(follows);
        assertThat(here).as("seed %d", seed).isEqualTo(all.subList(0, here.size()));
      }
    }
    assertThat(follows.get(apply(all)).head()).isEqualTo(all.getLast().head());
    assertThat(log(follows)).isEqualTo(all);
  }
}
