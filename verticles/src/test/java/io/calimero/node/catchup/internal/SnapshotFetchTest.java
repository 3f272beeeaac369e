// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.CatchupMessages.GetSync;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.NetworkMessages.Dialled;
import io.calimero.node.events.messages.SnapshotMessages.ReadState;
import io.calimero.node.events.messages.SnapshotMessages.StatePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Far behind: the state at a checkpoint, from honest peers and from others. */
class SnapshotFetchTest {
  private static final int KEYS = 500;

  private final Wire wire = new Wire();
  private final SharedContext context = new SharedContext(9, 1_000);
  private final List<StatePair> pairs = context.pairs(KEYS);
  private final SharedContext.Member ada;
  private final SharedContext.Member ben;

  SnapshotFetchTest() {
    context.far = 100;
    context.write(400);
    final StateBase checkpoint = context.checkpoint(pairs);
    context.write(50);
    ada = context.new Member(wire, "ada", context.coordinator).full();
    ada.checkpoint = Optional.of(checkpoint);
    ada.state = pairs;
    ben = context.new Member(wire, "ben", context.member);
    ben.node.always(Topics.PEER_DIAL, _ -> new Dialled("ada"));
  }

  private CompletableFuture<?> join() {
    return ben.core.fetch(
        new Fetch(
            context.id, context.member.publicKey(), context.coordinator.publicKey(), List.of()));
  }

  private List<Phase> phases() {
    return ben.node.told.stream().map(Sync.class::cast).map(Sync::phase).distinct().toList();
  }

  private Sync status() {
    return ben.core.status(new GetSync(context.id)).join();
  }

  @Test
  void whoIsFarBehindTakesTheStateAndThenTheRest() {
    join().join();
    assertThat(ben.begun).isEqualTo(ada.checkpoint);
    assertThat(ben.imported).isEqualTo(pairs);
    assertThat(ben.installed).contains(context.application);
    assertThat(ben.entries).isEqualTo(ada.entries);
    assertThat(phases())
        .contains(Phase.APPLICATION, Phase.SNAPSHOT, Phase.TRANSACTIONS)
        .endsWith(Phase.IDLE);
  }

  @Test
  void whoIsNearTakesTheEntries() {
    context.far = 1_000;
    final SharedContext.Member cleo = context.new Member(wire, "cleo", context.member);
    cleo.node.always(Topics.PEER_DIAL, _ -> new Dialled("ada"));
    cleo.core
        .fetch(
            new Fetch(
                context.id, context.member.publicKey(), context.coordinator.publicKey(), List.of()))
        .join();
    assertThat(cleo.begun).isEmpty();
    assertThat(cleo.entries).isEqualTo(ada.entries);
  }

  @Test
  void aPeerWithoutACheckpointGivesTheEntries() {
    ada.checkpoint = Optional.empty();
    join().join();
    assertThat(ben.begun).isEmpty();
    assertThat(ben.entries).isEqualTo(ada.entries);
  }

  @Test
  void whatBrokeOffGoesOnBehindTheLastKey() {
    ben.installed = Optional.of(context.application);
    // the wire carries what was sent before it broke
    wire.cutAfter(30);
    assertThat(join()).isCompletedExceptionally();
    final int had = ben.imported.size();
    assertThat(had).isBetween(10, KEYS - 10);
    wire.cutAfter(Long.MAX_VALUE);
    final List<ReadState> reads = new ArrayList<>();
    final var honest = Objects.requireNonNull(ada.node.answers.get(Topics.STATE_READ.address()));
    ada.node.answers.put(
        Topics.STATE_READ.address(),
        request -> {
          reads.add((ReadState) request);
          return honest.apply(request);
        });
    join().join();
    assertThat(ben.imported).isEqualTo(pairs);
    assertThat(ben.entries).isEqualTo(ada.entries);
    assertThat(reads).extracting(ReadState::after).contains(Optional.of(pairs.get(had - 1).key()));
    assertThat(reads.size()).isLessThanOrEqualTo(2 + (KEYS - had) / 10 + 2);
  }

  @Test
  void aStateWithAnotherRootIsNotBelievedAndTheEntriesAreTaken() {
    final List<StatePair> wrong = new ArrayList<>(pairs);
    wrong.set(7, new StatePair(pairs.get(7).key(), Bytes.utf8("forged")));
    ada.state = wrong;
    join().join();
    assertThat(ben.begun).isEmpty();
    assertThat(ben.entries).isEqualTo(ada.entries);
  }

  @Test
  void keysThatAreTwiceOrOutOfOrderAreNotBelieved() {
    for (final int at : new int[] {3, 4}) {
      final List<StatePair> first = new ArrayList<>(pairs.subList(0, 10));
      first.set(5, pairs.get(at));
      ada.node.on(
          Topics.STATE_READ,
          _ -> CompletableFuture.completedFuture(new StatePart(List.copyOf(first))));
      ben.imported.clear();
      ben.entries.clear();
      join().join();
      assertThat(ben.begun).isEmpty();
      assertThat(ben.entries).isEqualTo(ada.entries);
    }
  }

  @Test
  void aStateWithoutEndIsCutOffWhereThePeerSaidThatItEnds() {
    ada.node.on(
        Topics.STATE_READ,
        request ->
            CompletableFuture.completedFuture(
                new StatePart(
                    List.of(
                        new StatePair(
                            Bytes.utf8(
                                request.after().map(Bytes::toUtf8).orElse("k") + "x".repeat(1)),
                            Bytes.EMPTY)))));
    ben.installed = Optional.of(context.application);
    wire.cutAfter(700);
    final CompletableFuture<?> joining = join();
    assertThat(ben.imported.size()).isLessThanOrEqualTo(KEYS);
    assertThat(ben.begun).isEmpty();
    assertThat(joining.isDone()).isTrue();
  }

  @Test
  void aCheckpointThatTheCoordinatorDidNotSignIsNone() {
    final StateBase right = ada.checkpoint.orElseThrow();
    final SharedContext other = new SharedContext(10, 10);
    ada.checkpoint =
        Optional.of(
            new StateBase(
                right.configuration(), right.checkpoint(), List.of(other.log.getFirst())));
    join().join();
    assertThat(ben.begun).isEmpty();
    assertThat(ben.imported).isEmpty();
    assertThat(ben.entries).isEqualTo(ada.entries);
    assertThat(status().phase()).isEqualTo(Phase.IDLE);
  }
}
