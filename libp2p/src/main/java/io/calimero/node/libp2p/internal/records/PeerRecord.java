// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.records;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that a peer says of itself, to be passed on under its signature (RFC 0003).
 *
 * @param peer whose addresses
 * @param sequence the higher one is the newer one
 * @param addresses without the peer at their end
 */
public record PeerRecord(PeerId peer, long sequence, List<Multiaddr> addresses) {
  private static final String DOMAIN = "libp2p-peer-record";
  private static final ByteString TYPE = ByteString.copyFrom(new byte[] {0x03, 0x01});
  private static final int MAX_ADDRESSES = 64;

  /** Keeps a copy. */
  public PeerRecord {
    addresses = List.copyOf(addresses);
  }

  /** Seals this record with the key of its peer; the envelope's bytes. */
  public byte[] seal(final PrivateKey key) {
    return SignedEnvelope.sign(key, DOMAIN, TYPE, ByteString.copyFrom(encode())).encode();
  }

  /**
   * Opens an envelope with a record.
   *
   * @throws MalformedException if it is no envelope or no record
   * @throws AuthenticationException if its peer did not sign it
   */
  public static PeerRecord open(final byte[] envelope) {
    final SignedEnvelope opened = SignedEnvelope.open(DOMAIN, envelope);
    if (!opened.payloadType().equals(TYPE)) {
      throw new MalformedException("An envelope of another type than a peer record");
    }
    final PeerRecord peerRecord = decode(opened.payload());
    if (!peerRecord.peer.matches(opened.signer())) {
      throw new AuthenticationException(
          "A record of " + peerRecord.peer + " signed by " + PeerId.of(opened.signer()));
    }
    return peerRecord;
  }

  private byte[] encode() {
    final ProtoWriter out = new ProtoWriter().bytes(1, peer.encode()).varint(2, sequence);
    for (final Multiaddr address : addresses) {
      out.bytes(3, new ProtoWriter().bytes(1, address.encode()).encode());
    }
    return out.encode();
  }

  private static PeerRecord decode(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("PeerRecord", bytes);
    PeerId peer = null;
    long sequence = 0;
    final List<ByteString> addresses = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> peer = PeerId.decode(in.bytes().toByteArray());
        case 2 -> sequence = in.varint();
        case 3 -> {
          in.bound(addresses.size(), MAX_ADDRESSES);
          addresses.add(addressInfo(in.bytes()));
        }
        default -> in.skip();
      }
    }
    if (peer == null) {
      throw new MalformedException("A peer record without its peer");
    }
    return new PeerRecord(peer, sequence, Addresses.decodeKnown(addresses));
  }

  private static ByteString addressInfo(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("AddressInfo", bytes);
    ByteString address = ByteString.EMPTY;
    while (in.next()) {
      if (in.field() == 1) {
        address = in.bytes();
      } else {
        in.skip();
      }
    }
    return address;
  }
}
