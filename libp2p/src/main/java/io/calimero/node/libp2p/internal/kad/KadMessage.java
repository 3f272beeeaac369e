// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * What peers of a table say to one another, requests and answers alike (kad-dht specification, "RPC
 * messages").
 *
 * @param type what it is about
 * @param key a key, or the id of a peer; may be empty in answers
 * @param entry a value
 * @param closer peers nearer to the key
 * @param providers peers that have what the key names
 */
public record KadMessage(
    KadType type,
    ByteString key,
    Optional<KadRecord> entry,
    List<PeerAddresses> closer,
    List<PeerAddresses> providers) {

  /** Keeps copies. */
  public KadMessage {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }

  /** A request about {@code key}. */
  static KadMessage request(final KadType type, final ByteString key) {
    return new KadMessage(type, key, Optional.empty(), List.of(), List.of());
  }

  /** A request about {@code peer}. */
  static KadMessage findNode(final PeerId peer) {
    return request(KadType.FIND_NODE, ByteString.copyFrom(peer.encode()));
  }

  /** The request to keep {@code entry}. */
  static KadMessage put(final KadRecord entry) {
    return new KadMessage(KadType.PUT_VALUE, entry.key(), Optional.of(entry), List.of(), List.of());
  }
}
