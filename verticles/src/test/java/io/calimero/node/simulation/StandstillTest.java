// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever joins is a member only by one of the last entries of what it fetches. What breaks off
 * before that must be gone on with, though the own log knows of no member here that could ask.
 */
class StandstillTest {
  /** More than a batch. */
  private static final int HISTORY = 600;

  @TempDir private Path directory;
  private SmallCluster cluster;

  @BeforeEach
  void aContextWithAHistory() {
    cluster = new SmallCluster(directory, 2);
    CompletableFuture<?> written = CompletableFuture.completedFuture(true);
    for (int i = 0; i < HISTORY; i++) {
      written = cluster.write(0, "write" + i);
    }
    cluster.await(written);
  }

  /** Begins to join, up to the moment at which a first part is on disk and the rest is not. */
  private void joinHalfway() {
    final CompletableFuture<?> joined = cluster.join(1);
    cluster.await(() -> cluster.entries(1) > 0, 60 * SECOND, "a first part");
    assertThat(cluster.entries(1)).isLessThan(cluster.entries(0) - 1);
    assertThat(joined).isNotCompletedExceptionally();
  }

  private void bothAreTheSame() {
    cluster.await(
        () -> cluster.entries(1) == cluster.entries(0), 10 * SECOND, "the rest of the log");
    assertThat(cluster.node(1).log(cluster.context()).getLast().hash())
        .isEqualTo(cluster.node(0).log(cluster.context()).getLast().hash());
  }

  @Test
  void aJoinThatBreaksOffHalfwayIsGoneOnWith() {
    joinHalfway();
    cluster.node(1).diskFull(true);
    cluster.pass(30 * SECOND);
    assertThat(cluster.entries(1)).isLessThan(cluster.entries(0));
    cluster.node(1).diskFull(false);
    bothAreTheSame();
  }

  @Test
  void aNodeThatCrashesHalfwayThroughJoiningGoesOnWhenItStarts() {
    joinHalfway();
    cluster.node(1).crash();
    cluster.pass(SECOND);
    cluster.node(1).start();
    bothAreTheSame();
  }
}
