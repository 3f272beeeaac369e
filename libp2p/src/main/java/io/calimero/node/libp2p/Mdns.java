// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.mdns.HostMdns;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Finds the peers on the same network by multicast DNS, and lets them find this one. Nothing of it
 * happens unless it is started: it tells everybody on the network that this host is there.
 *
 * <p>What is found is what anybody on the network says. The handshake shows who it is.
 */
public interface Mdns {
  /**
   * Announces {@code host}, which must have been started, and asks for others.
   *
   * @param found is told of each peer once, and again when its addresses have changed; on a thread
   *     of the network, which must not be held up. To connect to all of them: {@code peer ->
   *     host.connect(peer.peer(), peer.addresses())}
   * @return fails with {@link ConnectionException} if no interface can be used
   */
  static CompletableFuture<Mdns> start(
      final Host host, final MdnsParams params, final Consumer<PeerAddresses> found) {
    return HostMdns.start(host, params, found, new SecureRandom());
  }

  /** The peers that were heard of and are not overdue. */
  List<PeerAddresses> peers();

  /** Says no more and hears no more. Idempotent. */
  CompletableFuture<Void> stop();
}
