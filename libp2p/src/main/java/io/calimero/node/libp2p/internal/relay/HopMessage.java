// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.Optional;

/**
 * A message between a peer and a relay, of the protocol {@code hop}.
 *
 * @param type what is meant
 * @param peer to whom a way is wanted
 * @param reservation what was granted
 * @param limit what goes through a circuit
 * @param status the answer
 */
public record HopMessage(
    Type type,
    Optional<PeerId> peer,
    Optional<Reservation> reservation,
    Optional<CircuitLimit> limit,
    RelayStatus status) {

  /** What is meant, by its number on the wire. */
  public enum Type {
    /** A place is wanted. */
    RESERVE(0),
    /** A way to another peer is wanted. */
    CONNECT(1),
    /** The answer. */
    STATUS(2);

    private final int code;

    Type(final int code) {
      this.code = code;
    }

    private static Type of(final long code) {
      for (final Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      throw new MalformedException("A hop message of kind " + code);
    }
  }

  /** Asks for a place. */
  public static HopMessage reserve() {
    return new HopMessage(
        Type.RESERVE, Optional.empty(), Optional.empty(), Optional.empty(), RelayStatus.UNKNOWN);
  }

  /** Asks for a way to {@code target}. */
  public static HopMessage connect(final PeerId target) {
    return new HopMessage(
        Type.CONNECT, Optional.of(target), Optional.empty(), Optional.empty(), RelayStatus.UNKNOWN);
  }

  /** Answers without granting anything more. */
  public static HopMessage status(final RelayStatus status) {
    return new HopMessage(
        Type.STATUS, Optional.empty(), Optional.empty(), Optional.empty(), status);
  }

  /** The protobuf form. */
  public byte[] encode() {
    final ProtoWriter out = new ProtoWriter().varint(1, type.code);
    peer.ifPresent(id -> out.bytes(2, encodePeer(id)));
    reservation.ifPresent(granted -> out.bytes(3, granted.encode()));
    limit.filter(CircuitLimit::isLimited).ifPresent(bound -> out.bytes(4, bound.encode()));
    if (status != RelayStatus.UNKNOWN) {
      out.varint(5, status.code());
    }
    return out.encode();
  }

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  public static HopMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("HopMessage", bytes);
    long type = -1;
    Optional<PeerId> peer = Optional.empty();
    Optional<Reservation> reservation = Optional.empty();
    Optional<CircuitLimit> limit = Optional.empty();
    RelayStatus status = RelayStatus.UNKNOWN;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.varint();
        case 2 -> peer = Optional.of(decodePeer(in.bytes()));
        case 3 -> reservation = Optional.of(Reservation.decode(in.bytes()));
        case 4 -> limit = Optional.of(CircuitLimit.decode(in.bytes()));
        case 5 -> status = RelayStatus.of(in.varint());
        default -> in.skip();
      }
    }
    return new HopMessage(Type.of(type), peer, reservation, limit, status);
  }

  static byte[] encodePeer(final PeerId peer) {
    return new ProtoWriter().bytes(1, peer.encode()).encode();
  }

  /** The addresses of a peer, for relays that dial, are passed over: no relay here does. */
  static PeerId decodePeer(final ByteString encoded) {
    final ProtoReader in = new ProtoReader("Peer", encoded);
    ByteString id = ByteString.EMPTY;
    while (in.next()) {
      if (in.field() == 1) {
        id = in.bytes();
      } else {
        in.skip();
      }
    }
    return PeerId.decode(id.toByteArray());
  }
}
