// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.vertx.core.Vertx;

/** The place of a node on a Vert.x, of which there is one. */
public final class NodeName {
  private static final String MAP = "calimero.node";
  private static final String KEY = "node";

  private NodeName() {}

  /** Takes the place of the node of this Vert.x, if it is free. */
  public static boolean take(final Vertx vertx) {
    return vertx.sharedData().<String, Boolean>getLocalMap(MAP).putIfAbsent(KEY, true) == null;
  }

  /** Gives the place up. */
  public static void give(final Vertx vertx) {
    vertx.sharedData().<String, Boolean>getLocalMap(MAP).remove(KEY);
  }
}
