// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.internal.records.Addresses;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A place at a relay, as the relay words it.
 *
 * @param expires until when; whole seconds
 * @param addresses where the relay is, each ending at it
 * @param voucher a signed {@link Voucher}; may be empty
 */
public record Reservation(Instant expires, List<Multiaddr> addresses, ByteString voucher) {
  private static final int MAX_ADDRESSES = 64;

  /** Keeps a copy. */
  public Reservation {
    addresses = List.copyOf(addresses);
  }

  byte[] encode() {
    final ProtoWriter out = new ProtoWriter().varint(1, expires.getEpochSecond());
    addresses.forEach(address -> out.bytes(2, address.encode()));
    if (!voucher.isEmpty()) {
      out.bytes(3, voucher);
    }
    return out.encode();
  }

  static Reservation decode(final ByteString encoded) {
    final ProtoReader in = new ProtoReader("Reservation", encoded);
    Instant expires = Instant.EPOCH;
    final List<ByteString> addresses = new ArrayList<>();
    ByteString voucher = ByteString.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> expires = instant(in.varint());
        case 2 -> {
          in.bound(addresses.size(), MAX_ADDRESSES);
          addresses.add(in.bytes());
        }
        case 3 -> voucher = in.bytes();
        default -> in.skip();
      }
    }
    return new Reservation(expires, Addresses.decodeKnown(addresses), voucher);
  }

  static Instant instant(final long seconds) {
    if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
      throw new MalformedException("A reservation until second " + seconds);
    }
    return Instant.ofEpochSecond(seconds);
  }
}
