// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.NodeKey;
import io.vertx.core.Vertx;
import java.security.SecureRandom;

/** The place of a node on a Vert.x, of which there is one, and its name in a cluster. */
public final class NodeName {
  private static final String MAP = "calimero.node";
  private static final String KEY = "node";
  private static final int LENGTH = 12;

  private NodeName() {}

  /** Takes the place of the node of this Vert.x, if it is free. */
  public static boolean take(final Vertx vertx) {
    return vertx.sharedData().<String, Boolean>getLocalMap(MAP).putIfAbsent(KEY, true) == null;
  }

  /** The name of the node of a home in a cluster, which stays with the home. */
  public static String ofHome(final NodeHome home) {
    final String key =
        NodeKey.readOrCreate(home.nodeKey(), new SecureRandom()).publicKey().toString();
    return "node-" + key.substring(0, Math.min(LENGTH, key.length()));
  }

  /** Gives the place up. */
  public static void give(final Vertx vertx) {
    vertx.sharedData().<String, Boolean>getLocalMap(MAP).remove(KEY);
  }
}
