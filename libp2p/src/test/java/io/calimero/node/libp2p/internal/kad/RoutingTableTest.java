// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
  private static final long LATER = Duration.ofMinutes(2).toNanos();

  private final KadKey self = KadKey.of(SimulatedPeers.id(0));
  private final RoutingTable table = new RoutingTable(self, 3);

  /** Peers whose first bit is not that of this host. */
  private List<PeerId> farthest(final int count) {
    final List<PeerId> far = new ArrayList<>();
    for (int i = 1; far.size() < count; i++) {
      if (KadKey.of(SimulatedPeers.id(i)).commonPrefix(self) == 0) {
        far.add(SimulatedPeers.id(i));
      }
    }
    return far;
  }

  @Test
  void aFullBucketAsksWhetherTheOldestIsStillThere() {
    final List<PeerId> far = farthest(5);
    for (int i = 0; i < 3; i++) {
      assertThat(table.heard(far.get(i), i)).isEmpty();
    }
    // All of them were heard of just now.
    assertThat(table.heard(far.get(3), 4)).isEmpty();
    assertThat(table.contains(far.get(3))).isFalse();
    assertThat(table.heard(far.get(3), LATER)).contains(far.get(0));
    // One check at a time.
    assertThat(table.heard(far.get(4), LATER)).isEmpty();
    table.checked(far.get(0), true, LATER);
    assertThat(table.contains(far.get(3))).isFalse();
    assertThat(table.heard(far.get(4), LATER)).contains(far.get(1));
    table.checked(far.get(1), false, LATER);
    assertThat(table.contains(far.get(1))).isFalse();
    assertThat(table.contains(far.get(4))).isTrue();
    assertThat(table.count()).isEqualTo(3);
  }

  @Test
  void oneLostAnswerIsForgivenTwoInARowAreNot() {
    final PeerId peer = farthest(1).getFirst();
    table.heard(peer, 0);
    table.failed(peer);
    table.heard(peer, 1);
    table.failed(peer);
    assertThat(table.contains(peer)).isTrue();
    table.failed(peer);
    assertThat(table.contains(peer)).isFalse();
    assertThat(table.depth()).isZero();
  }

  @Test
  void thisHostIsNotInItsOwnTable() {
    table.heard(SimulatedPeers.id(0), 0);
    assertThat(table.count()).isZero();
  }

  @Property(tries = 50)
  void theClosestAreTheClosest(@ForAll final byte[] key) {
    final RoutingTable wide = new RoutingTable(self, 50);
    final KadKey target = KadKey.of(key);
    final List<PeerId> all = new ArrayList<>();
    for (int i = 1; i < 60; i++) {
      wide.heard(SimulatedPeers.id(i), i);
      all.add(SimulatedPeers.id(i));
    }
    all.sort(Comparator.comparing(peer -> KadKey.of(peer).to(target)));
    assertThat(wide.closest(target, 20)).isEqualTo(all.subList(0, 20));
  }

  @Property
  void distancesAreThoseOfAMetric(
      @ForAll final byte[] a, @ForAll final byte[] b, @ForAll final byte[] c) {
    final KadKey from = KadKey.of(a);
    final KadKey to = KadKey.of(b);
    final KadKey by = KadKey.of(c);
    assertThat(from.to(to)).isEqualTo(to.to(from));
    assertThat(from.to(by).to(by.to(to))).isEqualTo(from.to(to));
    assertThat(from.to(from)).isEqualTo(new KadKey(0, 0, 0, 0));
    assertThat(from.commonPrefix(from)).isEqualTo(KadKey.BITS);
  }
}
