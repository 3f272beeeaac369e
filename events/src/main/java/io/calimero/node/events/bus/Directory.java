// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.messages.NodeMessages.Alive;
import io.calimero.node.events.messages.NodeMessages.WhoIsThere;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes there are in the cluster, from nothing but what they tell of themselves. A node that
 * was there once stays known, so that one that is away is told from one that never was.
 */
final class Directory {
  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

  /** How long after the start it may take until all nodes have been heard. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private static final long TICK_MILLIS = 100;
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int MAX_NODES = 256;

  private final Vertx vertx;
  private final EventBus eventBus;
  private final BusObserver observer;
  private final ConcurrentNavigableMap<String, KnownNode> nodes = new ConcurrentSkipListMap<>();
  private final Promise<Boolean> met = Promise.promise();
  private final Promise<Boolean> settled = Promise.promise();
  private long lastTick;

  Directory(final Vertx vertx, final BusObserver observer) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.observer = observer;
    // On a thread that is no verticle's: what listens here must not end with whoever asked first.
    Thread.ofPlatform().name("calimero-directory").daemon().start(this::start);
  }

  private void start() {
    vertx.runOnContext(
        _ -> {
          lastTick = System.nanoTime();
          eventBus
              .<Object>consumer(Topics.NODE_ALIVE.address())
              .handler(message -> Parcels.notice(message, Alive.class).ifPresent(this::heard))
              .completion()
              .onSuccess(_ -> ask());
          vertx.setPeriodic(TICK_MILLIS, _ -> tick());
          vertx.setTimer(SETTLING.toMillis(), _ -> settle());
        });
  }

  private void ask() {
    eventBus.publish(
        Topics.NODE_WANTED.address(),
        new Parcel(Topics.NODE_WANTED.address(), new Parcel.Message(new WhoIsThere())),
        Requests.options());
  }

  private void settle() {
    met.tryComplete(true);
    settled.tryComplete(true);
  }

  private void tick() {
    final long now = System.nanoTime();
    final long late = now - lastTick - TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    lastTick = now;
    if (late > LATE_NANOS) {
      nodes.values().forEach(node -> node.excuse(late));
    }
    nodes.values().stream()
        .filter(node -> node.tick(now))
        .forEach(node -> LOG.warn("the node {} has fallen silent", node.name()));
  }

  private void heard(final Alive alive) {
    if (!nodes.containsKey(alive.node()) && nodes.size() >= MAX_NODES) {
      LOG.warn("more than {} nodes: {} is left out", MAX_NODES, alive.node());
      return;
    }
    if (known(alive.node()).heard(alive, System.nanoTime())) {
      LOG.info("the node {} is there", alive.node());
    }
    met.tryComplete(true);
  }

  /** The node of this name, which counts as away until it is heard. */
  KnownNode known(final String name) {
    return nodes.computeIfAbsent(name, _ -> new KnownNode(name, eventBus, observer));
  }

  /** Nodes that should be there: until they are heard they count as away. */
  void expect(final Collection<String> names) {
    names.forEach(this::known);
  }

  /** The node of this name; one that was never heard is away. */
  KnownNode node(final String name) {
    final KnownNode node = nodes.get(name);
    return node == null ? new KnownNode(name, eventBus, observer) : node;
  }

  /** All nodes that are known, by their names. */
  List<KnownNode> all() {
    return List.copyOf(nodes.values());
  }

  /** Those that can be asked. */
  List<KnownNode> there() {
    return nodes.values().stream().filter(KnownNode::isThere).toList();
  }

  /** Those that cannot. */
  List<String> missing() {
    return nodes.values().stream().filter(node -> !node.isThere()).map(KnownNode::name).toList();
  }

  /** Whether a node is known, or none will be by waiting. */
  boolean isMet() {
    return met.future().isComplete();
  }

  /** When {@link #isMet}. */
  Future<Boolean> met() {
    return met.future();
  }

  /** Whether whoever is there has had the time to say so. */
  boolean isSettled() {
    return settled.future().isComplete();
  }

  /** When {@link #isSettled}. */
  Future<Boolean> settled() {
    return settled.future();
  }

  /** The same future, completed on the context of whoever calls this. */
  static <T> Future<T> here(final Future<T> future) {
    final Context context = Vertx.currentContext();
    if (context == null) {
      return future;
    }
    final Promise<T> promise = Promise.promise();
    future.onComplete(result -> context.runOnContext(_ -> promise.handle(result)));
    return promise.future();
  }
}
