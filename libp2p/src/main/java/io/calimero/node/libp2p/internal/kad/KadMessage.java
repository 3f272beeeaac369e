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
    Type type,
    ByteString key,
    Optional<Entry> entry,
    List<PeerAddresses> closer,
    List<PeerAddresses> providers) {

  /** The kinds of messages, in the order of their numbers. */
  public enum Type {
    /** Keeps a value. */
    PUT_VALUE,
    /** Asks for a value. */
    GET_VALUE,
    /** Keeps a provider; has no answer. */
    ADD_PROVIDER,
    /** Asks for providers. */
    GET_PROVIDERS,
    /** Asks for the peers nearest to a key. */
    FIND_NODE,
    /** Asks for a sign of life. */
    PING
  }

  /**
   * A value with its key.
   *
   * @param key the key
   * @param value the value
   * @param received when whoever keeps it got it, in the form of RFC 3339; may be empty
   */
  public record Entry(ByteString key, ByteString value, String received) {}

  /** Keeps copies. */
  public KadMessage {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }

  /** A request about {@code key}. */
  static KadMessage request(final Type type, final ByteString key) {
    return new KadMessage(type, key, Optional.empty(), List.of(), List.of());
  }

  /** A request about {@code peer}. */
  static KadMessage findNode(final PeerId peer) {
    return request(Type.FIND_NODE, ByteString.copyFrom(peer.encode()));
  }

  /** The request to keep {@code entry}. */
  static KadMessage put(final Entry entry) {
    return new KadMessage(Type.PUT_VALUE, entry.key(), Optional.of(entry), List.of(), List.of());
  }
}
