// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.internal.records.Addresses;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The message of identify.
 *
 * @param info what the peer says of itself
 * @param publicKey its key, protobuf; may be empty
 * @param signedRecord its addresses under its signature; may be empty
 */
public record IdentifyMessage(PeerInfo info, ByteString publicKey, ByteString signedRecord) {
  private static final int MAX_ADDRESSES = 64;
  private static final int MAX_PROTOCOLS = 256;

  /** The protobuf form. */
  public byte[] encode() {
    final ProtoWriter out = new ProtoWriter();
    if (!publicKey.isEmpty()) {
      out.bytes(1, publicKey);
    }
    info.listenAddresses().forEach(address -> out.bytes(2, address.encode()));
    info.protocols().forEach(protocol -> out.string(3, protocol));
    info.observedAddress().ifPresent(address -> out.bytes(4, address.encode()));
    out.string(5, info.protocolVersion()).string(6, info.agentVersion());
    if (!signedRecord.isEmpty()) {
      out.bytes(8, signedRecord);
    }
    return out.encode();
  }

  /**
   * Reads the protobuf form.
   *
   * @throws io.calimero.node.libp2p.MalformedException if it is none, or says too much
   */
  public static IdentifyMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("Identify", bytes);
    final List<ByteString> addresses = new ArrayList<>();
    final List<String> protocols = new ArrayList<>();
    List<ByteString> observed = List.of();
    ByteString key = ByteString.EMPTY;
    ByteString signedRecord = ByteString.EMPTY;
    String protocolVersion = "";
    String agentVersion = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.bytes();
        case 2 -> {
          in.bound(addresses.size(), MAX_ADDRESSES);
          addresses.add(in.bytes());
        }
        case 3 -> {
          in.bound(protocols.size(), MAX_PROTOCOLS);
          protocols.add(in.string());
        }
        case 4 -> observed = List.of(in.bytes());
        case 5 -> protocolVersion = in.string();
        case 6 -> agentVersion = in.string();
        case 8 -> signedRecord = in.bytes();
        default -> in.skip();
      }
    }
    final Optional<Multiaddr> seen = Addresses.decodeKnown(observed).stream().findFirst();
    final List<Multiaddr> known = Addresses.decodeKnown(addresses);
    return new IdentifyMessage(
        new PeerInfo(protocolVersion, agentVersion, protocols, known, seen), key, signedRecord);
  }
}
