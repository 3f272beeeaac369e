// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that does not reach the coordinator, but others who do. */
class WayRoundTest {
  private static final int WRITES = 5;

  @TempDir private Path directory;

  @Test
  void whatAMemberWritesReachesTheCoordinatorByWayOfAnother() {
    final SmallCluster cluster = new SmallCluster(directory, 3);
    cluster.await(cluster.join(1));
    cluster.await(cluster.join(2));
    cluster.await(cluster.write(2, "directly"));
    final int before = cluster.entries(0);
    cluster.wires().cut("node0", "node2");
    // Until both have given up the connection that carries nothing any more.
    cluster.pass(60 * SECOND);
    assertThat(cluster.wires().reach("node0", "node2")).isFalse();

    // Its author is told that it waits, or what became of it: how long it takes is up to chance.
    for (int i = 0; i < WRITES; i++) {
      final CompletableFuture<?> _ = cluster.write(2, "round" + i);
    }
    cluster.await(
        () -> IntStream.range(0, 3).allMatch(node -> cluster.entries(node) == before + WRITES),
        60 * SECOND,
        "the same entries everywhere");
    assertThat(cluster.wires().reach("node0", "node2")).isFalse();
  }
}
