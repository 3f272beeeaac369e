// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.records.Addresses;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The protobuf form of what peers of a table say, with a bound on every list. */
public final class KadCodec {
  /** How long a key may be. */
  static final int MAX_KEY = 1024;

  /** How many addresses of a peer are told, so that an answer fits into the 16 KiB of some. */
  private static final int TOLD_ADDRESSES = 8;

  private static final int MAX_PEERS = 128;
  private static final int MAX_ADDRESSES = 64;

  private KadCodec() {}

  /** The bytes of {@code message}. */
  public static byte[] encode(final KadMessage message) {
    final ProtoWriter out = new ProtoWriter().varint(1, message.type().number());
    if (!message.key().isEmpty()) {
      out.bytes(2, message.key());
    }
    message.entry().ifPresent(entry -> out.bytes(3, encode(entry)));
    message.closer().forEach(peer -> out.bytes(8, encode(peer)));
    message.providers().forEach(peer -> out.bytes(9, encode(peer)));
    return out.encode();
  }

  private static byte[] encode(final KadRecord entry) {
    final ProtoWriter out = new ProtoWriter().bytes(1, entry.key()).bytes(2, entry.value());
    return entry.received().isEmpty() ? out.encode() : out.string(5, entry.received()).encode();
  }

  private static byte[] encode(final PeerAddresses peer) {
    final ProtoWriter out = new ProtoWriter().bytes(1, peer.peer().encode());
    peer.addresses().stream()
        .limit(TOLD_ADDRESSES)
        .forEach(address -> out.bytes(2, address.encode()));
    return out.encode();
  }

  /**
   * Reads a message.
   *
   * @throws MalformedException if it is none, or says too much
   */
  public static KadMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("Kademlia", bytes);
    // PUT_VALUE is number 0, which protobuf leaves out.
    KadType type = KadType.PUT_VALUE;
    ByteString key = ByteString.EMPTY;
    Optional<KadRecord> entry = Optional.empty();
    final List<PeerAddresses> closer = new ArrayList<>();
    final List<PeerAddresses> providers = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = KadType.of(in.number());
        case 2 -> key = key(in.bytes());
        case 3 -> entry = Optional.of(entry(in.bytes()));
        case 8 -> {
          in.bound(closer.size(), MAX_PEERS);
          peer(in.bytes()).ifPresent(closer::add);
        }
        case 9 -> {
          in.bound(providers.size(), MAX_PEERS);
          peer(in.bytes()).ifPresent(providers::add);
        }
        default -> in.skip();
      }
    }
    return new KadMessage(type, key, entry, closer, providers);
  }

  private static ByteString key(final ByteString key) {
    if (key.size() > MAX_KEY) {
      throw new MalformedException("Kademlia: a key of " + key.size() + " bytes");
    }
    return key;
  }

  private static KadRecord entry(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("Record", bytes);
    ByteString key = ByteString.EMPTY;
    ByteString value = ByteString.EMPTY;
    String received = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = key(in.bytes());
        case 2 -> value = in.bytes();
        case 5 -> received = in.string();
        default -> in.skip();
      }
    }
    return new KadRecord(key, value, received);
  }

  /** A peer; empty if its id is of a kind that is not known here. */
  private static Optional<PeerAddresses> peer(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("Peer", bytes);
    ByteString id = ByteString.EMPTY;
    final List<ByteString> addresses = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> id = in.bytes();
        case 2 -> {
          in.bound(addresses.size(), MAX_ADDRESSES);
          addresses.add(in.bytes());
        }
        default -> in.skip();
      }
    }
    try {
      return Optional.of(
          new PeerAddresses(PeerId.decode(id.toByteArray()), Addresses.decodeKnown(addresses)));
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }
}
