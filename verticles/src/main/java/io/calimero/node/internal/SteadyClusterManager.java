// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again what this JVM listens to, some moments after members came, went or merged.
 *
 * <p>Each member removes from the shared map what belonged to one that went. A slow one may do so
 * when the two have met again, for instance after a process stood still: it then takes away what is
 * in force, and whoever it belongs to is told nothing, and is heard by nobody for ever. Nor does a
 * member that fails halfway through what it does when another went come back to it.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing here waits for what they do
final class SteadyClusterManager extends HazelcastClusterManager {
  /** After a change of the members. What comes too late for one may be mended by the next. */
  private static final List<Duration> AFTER_A_CHANGE =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30));

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(SteadyClusterManager.class);

  private final Set<Registration> own = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean failing = new AtomicBoolean();
  private Vertx vertx;
  private RegistrationListener listener;

  private record Registration(String address, RegistrationInfo info) {}

  @SuppressWarnings("NullAway.Init") // the event bus sets both before it joins
  SteadyClusterManager(final Config configuration) {
    super(configuration);
  }

  @Override
  public void init(final Vertx owner) {
    vertx = owner;
    super.init(owner);
  }

  @Override
  public void registrationListener(final RegistrationListener eventBus) {
    listener = eventBus;
    super.registrationListener(eventBus);
  }

  @Override
  public void join(final Completable<Void> promise) {
    super.join(
        (_, failure) -> {
          if (failure == null) {
            vertx.setPeriodic(EVERY.toMillis(), _ -> soon());
          }
          promise.complete(null, failure);
        });
  }

  @Override
  public void addRegistration(
      final String address, final RegistrationInfo info, final Completable<Void> promise) {
    final Registration registration = new Registration(address, info);
    if (!info.localOnly()) {
      own.add(registration);
    }
    super.addRegistration(
        address,
        info,
        (_, failure) -> {
          if (failure != null) {
            own.remove(registration);
          }
          promise.complete(null, failure);
        });
  }

  @Override
  public void removeRegistration(
      final String address, final RegistrationInfo info, final Completable<Void> promise) {
    own.remove(new Registration(address, info));
    super.removeRegistration(address, info, promise);
  }

  @Override
  public void memberAdded(final MembershipEvent event) {
    changed();
    super.memberAdded(event);
  }

  @Override
  public void memberRemoved(final MembershipEvent event) {
    changed();
    super.memberRemoved(event);
  }

  @Override
  public void stateChanged(final LifecycleEvent event) {
    if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
      changed();
    }
    super.stateChanged(event);
  }

  private void changed() {
    if (isActive()) {
      AFTER_A_CHANGE.forEach(delay -> vertx.setTimer(delay.toMillis(), _ -> soon()));
    }
  }

  /** Not on the event loop: what is done when a member goes holds the monitor for seconds. */
  private void soon() {
    if (isActive()) {
      vertx
          .executeBlocking(
              () -> {
                sayAgain();
                return true;
              },
              false)
          .onFailure(this::ended);
    }
  }

  private void sayAgain() {
    // What is remembered of others may be of before, too.
    listener.registrationsLost();
    final NodeInfo self = getNodeInfo();
    if (self != null) {
      super.setNodeInfo(self, (_, failure) -> ended(failure));
    }
    own.forEach(this::sayAgain);
  }

  private void sayAgain(final Registration registration) {
    super.addRegistration(
        registration.address(),
        registration.info(),
        (_, failure) -> {
          ended(failure);
          if (!own.contains(registration)) {
            // It was given up meanwhile, perhaps before it was said again.
            super.removeRegistration(
                registration.address(), registration.info(), (_, late) -> ended(late));
          }
        });
  }

  /** One line for a cluster that is in disorder, not one for each address. */
  private void ended(final @Nullable Throwable failure) {
    if (failure == null) {
      failing.set(false);
    } else if (isActive() && !failing.getAndSet(true)) {
      LOG.warn("The cluster was not told what is listened to here: {}", failure.toString());
    }
  }
}
