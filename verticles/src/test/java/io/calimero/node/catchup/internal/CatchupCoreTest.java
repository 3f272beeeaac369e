// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.GetSync;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.CatchupMessages.StartSync;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.NetworkMessages.Dialled;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Catching up between cores, over streams of one thread. */
class CatchupCoreTest {
  private final Wire wire = new Wire();
  private final SharedContext context = new SharedContext(7, 100_000);
  private final SharedContext.Member ben = context.new Member(wire, "ben", context.member);

  private SharedContext.Member ada(final int transactions) {
    context.write(transactions);
    return context.new Member(wire, "ada", context.coordinator).full();
  }

  private CompletableFuture<CatchupMessages.Done> join() {
    ben.node.always(Topics.PEER_DIAL, _ -> new Dialled("ada"));
    return ben.core.fetch(
        new Fetch(
            context.id, context.member.publicKey(), context.coordinator.publicKey(), List.of()));
  }

  private void peers(final String... names) {
    ben.node.always(Topics.GOSSIP_MESH, _ -> new Mesh(List.of(names), List.of()));
    for (final String name : names) {
      ben.core.joined(name);
    }
  }

  private Sync status() {
    return ben.core.status(new GetSync(context.id)).join();
  }

  private List<Sync> told() {
    return ben.node.told.stream().map(Sync.class::cast).toList();
  }

  private static Code code(final CompletableFuture<?> future) {
    try {
      future.join();
    } catch (final CompletionException e) {
      if (e.getCause() instanceof final NodeException known) {
        return known.problem().code();
      }
      throw e;
    }
    throw new AssertionError("it should have failed");
  }

  @Test
  void whoJoinsFetchesTheApplicationAndEveryEntryAndIsToldHowFarItIs() {
    final SharedContext.Member ada = ada(1_200);
    join().join();
    assertThat(ben.entries).isEqualTo(ada.entries);
    assertThat(ben.installed).contains(context.application);
    assertThat(told())
        .extracting(Sync::phase)
        .startsWith(Phase.TRANSACTIONS, Phase.APPLICATION)
        .endsWith(Phase.TRANSACTIONS, Phase.IDLE);
    assertThat(told().getFirst().head()).isEqualTo(1_202);
    assertThat(told().getLast().position()).isEqualTo(1_202);
    assertThat(status().phase()).isEqualTo(Phase.IDLE);
    assertThat(status().initialized()).isTrue();
  }

  @Test
  void whatBrokeOffGoesOnWhereItWas() {
    final SharedContext.Member ada = ada(3_000);
    join().join();
    ada.entries.subList(600, ada.entries.size()).clear();
    ben.entries.subList(10, ben.entries.size()).clear();
    ada.entries.clear();
    ada.full();
    peers("ada");
    // Hello, Challenge, Proof, Welcome, the request, and two batches
    wire.cutAfter(7);
    ben.core.take(context.id);
    ben.core.tick();
    final int first = ben.entries.size();
    assertThat(first).isGreaterThan(10).isLessThan(ada.entries.size());
    assertThat(status().phase()).isEqualTo(Phase.BACKING_OFF);
    assertThat(status().failures()).isEqualTo(1);
    assertThat(status().lastError()).isPresent();
    wire.cutAfter(Long.MAX_VALUE);
    ben.core.tick();
    ben.core.tick();
    assertThat(ben.entries).isEqualTo(ada.entries);
    assertThat(status().phase()).isEqualTo(Phase.IDLE);
    assertThat(status().failures()).isZero();
  }

  @Test
  void aContextWhosePeersAllFailIsLeftAloneForAWhileAndNotForEver() {
    ada(5);
    join().join();
    peers("nobody");
    ben.core.take(context.id);
    int tried = 0;
    for (int turn = 0; turn < 100; turn++) {
      ben.node.asked.clear();
      ben.core.tick();
      tried += ben.node.asked.stream().anyMatch(OpenStream.class::isInstance) ? 1 : 0;
    }
    assertThat(tried).isBetween(20, 30);
    assertThat(ben.core.sync(new StartSync(context.id)).join().failures()).isEqualTo(tried + 1);
  }

  @Test
  void aPeerWithAnotherHistoryIsReportedAndStopsNothing() {
    final SharedContext.Member ada = ada(5);
    join().join();
    // a peer that made up its newest entries: the coordinator never signed them
    final Entry.Signed last = ada.entries.removeLast();
    ada.entries.add(
        new Entry.Signed(last.entry(), Hash.sha256(last.hash().toByteArray()), last.signature()));
    peers("ada");
    ben.core.take(context.id);
    ben.core.tick();
    assertThat(status().phase()).isEqualTo(Phase.FORKED);
    assertThat(status().lastError().orElseThrow()).contains("ada has another history");
    assertThat(told().getLast().phase()).isEqualTo(Phase.FORKED);
  }

  @Test
  void aCoordinatorThatSignedTwoEntriesForThePositionIsFoundOut() {
    final SharedContext.Member ada = ada(5);
    join().join();
    ada.entries.removeLast();
    final Entry.Signed other = context.after(ada.head(), context.log.get(4).entry().payload());
    assertThat(other.hash()).isNotEqualTo(ben.head().hash());
    ada.entries.add(other);
    peers("ada");
    final CompletableFuture<?> applied = new CompletableFuture<>();
    final var apply = Objects.requireNonNull(ben.node.answers.get(Topics.ENTRIES_APPLY.address()));
    ben.node.answers.put(
        Topics.ENTRIES_APPLY.address(),
        request -> {
          final CompletableFuture<?> result = apply.apply(request);
          final CompletableFuture<?> _ =
              result.whenComplete((_, failure) -> applied.completeExceptionally(failure));
          return result;
        });
    ben.core.take(context.id);
    ben.core.tick();
    assertThat(code(applied)).isEqualTo(Code.CONTEXT_DIVERGED);
  }

  @Test
  void whoIsBehindOneselfIsNoFork() {
    final SharedContext.Member ada = ada(5);
    join().join();
    ada.entries.removeLast();
    peers("ada");
    ben.core.take(context.id);
    ben.core.tick();
    assertThat(status().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void aDeadPeerDoesNotKeepAnotherFromBeingAsked() {
    final SharedContext.Member ada = ada(5);
    join().join();
    ben.entries.removeLast();
    peers("dead", "ada");
    ben.core.take(context.id);
    ben.core.tick();
    assertThat(ben.entries).isEqualTo(ada.entries);
  }

  @Test
  void whoIsNoMemberIsToldNothing() {
    ada(5);
    final SharedContext stranger = new SharedContext(8, 10);
    final SharedContext.Member eve = context.new Member(wire, "eve", stranger.member);
    eve.node.always(Topics.PEER_DIAL, _ -> new Dialled("ada"));
    for (final SharedContext about : List.of(context, stranger)) {
      assertThat(
              code(
                  eve.core.fetch(
                      new Fetch(
                          about.id,
                          stranger.member.publicKey(),
                          context.coordinator.publicKey(),
                          List.of()))))
          .isEqualTo(Code.UNAUTHORIZED);
    }
    assertThat(eve.entries).isEmpty();
  }

  @Test
  void onlyOfItsOwnTransactionsAMemberIsBelievedWhereTheyAreNot() {
    final SharedContext.Member ada = ada(5);
    join().join();
    peers("ada");
    final List<Order> orders = new ArrayList<>();
    ada.node.on(
        Topics.TRANSACTION_ORDER,
        order -> {
          orders.add(order);
          return CompletableFuture.completedFuture(new WouldWrite());
        });
    final Transaction.Signed own = context.transaction(context.member);
    final Transaction.Signed anothers = context.transaction(context.coordinator);
    ben.node.asked.clear();
    for (final Transaction.Signed each : List.of(own, anothers, own)) {
      ben.core.submit(new Submit(each, Optional.empty(), 7)).join();
    }
    assertThat(orders)
        .containsExactly(
            new Order(own, Optional.empty(), 7),
            new Order(anothers, Optional.empty(), 0),
            new Order(own, Optional.empty(), 7));
    assertThat(ben.node.asked.stream().filter(OpenStream.class::isInstance).count())
        .as("one for each executor")
        .isEqualTo(2);
  }

  private Optional<String> compare() {
    return ben.core.compare(new Compare(context.id)).join().difference();
  }

  @Test
  void aLogIsComparedWithTheCoordinatorsAndNobodyElses() {
    final SharedContext.Member ada = ada(5);
    final SharedContext.Member cleo = context.new Member(wire, "cleo", context.member).full();
    join().join();
    peers("cleo");
    assertThat(cleo.entries).isEqualTo(ben.entries);
    assertThat(code(ben.core.compare(new Compare(context.id)))).isEqualTo(Code.PEER_UNREACHABLE);
    peers("dead", "cleo", "ada");
    assertThat(compare()).isEmpty();
    // The coordinator may have gone on.
    ben.entries.removeLast();
    assertThat(compare()).isEmpty();
    final Entry.Signed last = ada.entries.removeLast();
    ben.entries.add(last);
    assertThat(compare().orElseThrow())
        .contains("it ends at position " + (last.entry().position() - 1));
    ada.entries.add(context.after(ada.head(), context.log.get(4).entry().payload()));
    assertThat(compare().orElseThrow()).contains("another entry is here");
  }

  @Test
  void aModuleOfOtherBytesIsNotTaken() {
    final SharedContext.Member ada = ada(5);
    final byte[] other = context.module.toByteArray();
    other[5] ^= 1;
    ada.node.always(Topics.MODULE_PART, _ -> new Module(Bytes.wrap(other)));
    assertThat(code(join())).isEqualTo(Code.BLOB_UNAVAILABLE);
    assertThat(ben.entries).isEmpty();
  }
}
