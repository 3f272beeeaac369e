// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Peer ids of simulated peers, made once: keys take longer than everything else there. */
public final class SimulatedPeers {
  private static final List<PeerId> IDS = new ArrayList<>();

  private SimulatedPeers() {}

  /** The id of the peer with this number, the same in each run. */
  public static PeerId id(final int number) {
    synchronized (IDS) {
      while (IDS.size() <= number) {
        final byte[] seed = ByteBuffer.allocate(32).putInt(IDS.size()).array();
        IDS.add(PrivateKey.ofSeed(seed).peerId());
      }
      return IDS.get(number);
    }
  }
}
