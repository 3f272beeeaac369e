// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.events.bus.Membership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Tells the cluster that the node is there: the last verticle to start, when it serves, and the
 * first to stop, so that nobody is sent to a node that stops.
 */
public final class Announcement extends VerticleBase {
  private final Membership membership;

  /** The announcement of this membership. */
  public Announcement(final Membership membership) {
    this.membership = membership;
  }

  @Override
  public Future<?> start() {
    return membership.announce();
  }

  @Override
  public Future<?> stop() {
    membership.takeLeave();
    return Future.succeededFuture();
  }
}
