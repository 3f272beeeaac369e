// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM is in the cluster: the place of a node, or one that asks nodes elsewhere. One for
 * each Vert.x.
 *
 * <p>Where a node is, its verticles and whoever else asks there mean that node, and hear of it
 * alone; the cluster has no part in it.
 */
final class Place implements Shareable {
  private static final String MAP = "calimero.place";

  private final Vertx vertx;
  private final Unheard unheard = new Unheard();
  private volatile Optional<HostedNode> hosted = Optional.empty();
  private volatile @Nullable Router router;
  private @Nullable Directory directory;

  private Place(final Vertx vertx) {
    this.vertx = vertx;
  }

  static Place of(final Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Place>getLocalMap(MAP)
        .computeIfAbsent(MAP, _ -> new Place(vertx));
  }

  /** The node of this JVM. */
  Optional<HostedNode> hosted() {
    return hosted;
  }

  void host(final HostedNode node) {
    hosted = Optional.of(node);
  }

  void leave() {
    hosted = Optional.empty();
  }

  boolean isClustered() {
    return vertx.isClustered();
  }

  /** Whether what is asked here goes to a node elsewhere. */
  boolean asksElsewhere() {
    return vertx.isClustered() && hosted.isEmpty();
  }

  Unheard unheard() {
    return unheard;
  }

  /** The way to the nodes of the cluster. */
  Router router(final BusObserver observer) {
    final Router known = router;
    return known == null ? open(observer) : known;
  }

  private synchronized Router open(final BusObserver observer) {
    Router made = router;
    if (made == null) {
      made = new Router(directory(observer));
      router = made;
    }
    return made;
  }

  void expect(final Collection<String> nodes, final BusObserver observer) {
    directory(observer).expect(nodes);
  }

  List<KnownNode> nodes(final BusObserver observer) {
    return directory(observer).all();
  }

  private synchronized Directory directory(final BusObserver observer) {
    Directory made = directory;
    if (made == null) {
      made = new Directory(vertx, observer);
      directory = made;
    }
    return made;
  }
}
