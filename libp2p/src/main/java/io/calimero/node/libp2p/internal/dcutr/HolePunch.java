// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.dcutr;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.internal.records.Addresses;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of DCUtR.
 *
 * @param type what is meant
 * @param addresses where whoever sends it may be dialled
 */
public record HolePunch(Type type, List<Multiaddr> addresses) {
  private static final int MAX_ADDRESSES = 32;

  /** What is meant, by its number on the wire. */
  public enum Type {
    /** Where I am. */
    CONNECT(100),
    /** Now. */
    SYNC(300);

    private final int code;

    Type(final int code) {
      this.code = code;
    }
  }

  /** Keeps a copy. */
  public HolePunch {
    addresses = List.copyOf(addresses);
  }

  /** The protobuf form. */
  public byte[] encode() {
    final ProtoWriter out = new ProtoWriter().varint(1, type.code);
    addresses.forEach(address -> out.bytes(2, address.encode()));
    return out.encode();
  }

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  public static HolePunch decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("HolePunch", bytes);
    long code = 0;
    final List<ByteString> addresses = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> code = in.varint();
        case 2 -> {
          in.bound(addresses.size(), MAX_ADDRESSES);
          addresses.add(in.bytes());
        }
        default -> in.skip();
      }
    }
    for (final Type type : Type.values()) {
      if (type.code == code) {
        return new HolePunch(type, Addresses.decodeKnown(addresses));
      }
    }
    throw new MalformedException("HolePunch: a message of kind " + code);
  }
}
