// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.libp2p.KeyType;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.NodeKey;
import io.vertx.core.Vertx;
import java.security.SecureRandom;

/** Who a node is: to its peers by its key, and on a Vert.x by being the only one. */
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

  /** The peer id of a home's key. */
  public static String peerId(final NodeHome home) {
    final byte[] key =
        NodeKey.readOrCreate(home.nodeKey(), new SecureRandom()).publicKey().hash().toByteArray();
    return PeerId.of(PublicKey.of(KeyType.ED25519, key)).toString();
  }
}
