// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cluster again where this JVM is and what it listens to, each time after its members
 * have changed.
 *
 * <p>Whoever takes a member for dead removes what that one has told, which takes a while. When the
 * cluster heals meanwhile, what is removed is what both share: a JVM is a member then that nobody
 * finds, and nothing would ever make it tell again.
 */
final class InsistentClusterManager extends HazelcastClusterManager {
  private static final List<Duration> AFTER =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(20));

  private @Nullable Vertx vertx;

  InsistentClusterManager(final Config config) {
    super(config);
  }

  @Override
  public void init(final Vertx vertx) {
    this.vertx = vertx;
    super.init(vertx);
  }

  @Override
  public void join(final Completable<Void> joined) {
    super.join(joined);
    insist();
  }

  @Override
  public synchronized void memberAdded(final MembershipEvent event) {
    super.memberAdded(event);
    insist();
  }

  @Override
  public synchronized void memberRemoved(final MembershipEvent event) {
    super.memberRemoved(event);
    insist();
  }

  @Override
  public synchronized void stateChanged(final LifecycleEvent event) {
    super.stateChanged(event);
    if (event.getState() == LifecycleState.MERGED) {
      insist();
    }
  }

  private void insist() {
    final Vertx running = vertx;
    if (running == null) {
      return;
    }
    for (final Duration delay : AFTER) {
      running.setTimer(delay.toMillis(), _ -> tellAgain(running));
    }
  }

  private void tellAgain(final Vertx running) {
    if (isActive()) {
      running.executeBlocking(
          () -> {
            // After a merge it tells everything, and this is as good as one.
            super.stateChanged(new LifecycleEvent(LifecycleState.MERGED));
            return true;
          },
          false);
    }
  }
}
