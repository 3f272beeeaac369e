// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a host remembers of other peers, within bounds: peers that were not heard of for longest and
 * have the lowest reputation are forgotten first. Safe for use by several threads.
 */
public interface PeerStore {
  /** The peers that something is known of. */
  List<PeerId> peers();

  /** Where {@code peer} may be reached, newest first; without the peer. */
  List<Multiaddr> addresses(PeerId peer);

  /** Remembers {@code addresses} of {@code peer} for {@code lifetime}. */
  void add(PeerId peer, List<Multiaddr> addresses, Duration lifetime);

  /** What {@code peer} said of itself last. */
  Optional<PeerInfo> info(PeerId peer);

  /** Remembers what {@code peer} says of itself. */
  void identified(PeerId peer, PeerInfo info);

  /** The addresses of {@code peer} under its own signature, to be shown to others. */
  Optional<byte[]> signedRecord(PeerId peer);

  /** Remembers a signed record, which the caller has checked. */
  void signed(PeerId peer, byte[] envelope);

  /** The reputation of {@code peer}: 0 at first, from -100 (banned) to 100. */
  int reputation(PeerId peer);

  /** Changes the reputation of {@code peer}; at -100 its connections are refused. */
  void adjustReputation(PeerId peer, int by);

  /** Forgets everything of {@code peer}. */
  void forget(PeerId peer);
}
