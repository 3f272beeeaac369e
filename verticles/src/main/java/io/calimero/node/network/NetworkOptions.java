// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network;

import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.network.internal.Addresses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node meets others.
 *
 * @param key by which others know it
 * @param hosts the IP addresses at which it listens, of this machine or one for all
 * @param port the port at each of them; 0 for any free one
 * @param announce where others are told that it is, in place of where it listens; empty: there
 * @param bootstrap the peers to stay connected with, each an address that ends with its peer
 * @param peerFile where peers are remembered
 * @param agent the software, as others are told
 * @param redialEvery how often peers that are away are dialled
 */
public record NetworkOptions(
    KeyPair key,
    List<String> hosts,
    int port,
    List<String> announce,
    List<String> bootstrap,
    Path peerFile,
    String agent,
    Duration redialEvery) {
  /** How often peers that are away are dialled when nothing else is said. */
  public static final Duration REDIAL_EVERY = Duration.ofSeconds(2);

  /** Keeps copies. */
  public NetworkOptions {
    hosts = List.copyOf(hosts);
    announce = List.copyOf(announce);
    bootstrap = List.copyOf(bootstrap);
  }

  /** What is wrong with an address to listen at, if anything. */
  public static Optional<String> problemOfHost(final String host) {
    try {
      return Addresses.listen(host, 0).components().isEmpty()
          ? Optional.of("must not be empty")
          : Optional.empty();
    } catch (final MalformedException e) {
      return Optional.of("must be IP addresses");
    }
  }

  /** What is wrong with an address to announce, if anything. */
  public static Optional<String> problemOfAnnounced(final String address) {
    try {
      return Multiaddr.parse(address).peer().isPresent()
          ? Optional.of("must not say who is there: " + address)
          : Optional.empty();
    } catch (final MalformedException e) {
      return Optional.of("must be addresses such as /ip4/192.0.2.7/tcp/2428");
    }
  }

  /** What is wrong with the address of a bootstrap peer, if anything. */
  public static Optional<String> problemOfBootstrap(final String address) {
    try {
      return Multiaddr.parse(address).peer().isEmpty()
          ? Optional.of("must say who is there: /p2p/ and a peer id behind " + address)
          : Optional.empty();
    } catch (final MalformedException e) {
      return Optional.of("must be addresses such as /ip4/192.0.2.7/tcp/2428/p2p/12D3Koo...");
    }
  }
}
