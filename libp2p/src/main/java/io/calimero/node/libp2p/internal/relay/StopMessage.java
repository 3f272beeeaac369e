// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.Optional;

/**
 * A message between a relay and the peer that is reached through it, of the protocol {@code stop}.
 *
 * @param type what is meant
 * @param peer who comes
 * @param limit what goes through the circuit
 * @param status the answer
 */
public record StopMessage(
    Type type, Optional<PeerId> peer, Optional<CircuitLimit> limit, RelayStatus status) {

  /** What is meant, by its number on the wire. */
  public enum Type {
    /** Somebody comes. */
    CONNECT(0),
    /** The answer. */
    STATUS(1);

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
      throw new MalformedException("A stop message of kind " + code);
    }
  }

  /** Announces {@code peer}. */
  public static StopMessage connect(final PeerId peer, final CircuitLimit limit) {
    return new StopMessage(
        Type.CONNECT, Optional.of(peer), Optional.of(limit), RelayStatus.UNKNOWN);
  }

  /** Answers. */
  public static StopMessage status(final RelayStatus status) {
    return new StopMessage(Type.STATUS, Optional.empty(), Optional.empty(), status);
  }

  /** The protobuf form. */
  public byte[] encode() {
    final ProtoWriter out = new ProtoWriter().varint(1, type.code);
    peer.ifPresent(id -> out.bytes(2, HopMessage.encodePeer(id)));
    limit.filter(CircuitLimit::isLimited).ifPresent(bound -> out.bytes(3, bound.encode()));
    if (status != RelayStatus.UNKNOWN) {
      out.varint(4, status.code());
    }
    return out.encode();
  }

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  public static StopMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("StopMessage", bytes);
    long type = -1;
    Optional<PeerId> peer = Optional.empty();
    Optional<CircuitLimit> limit = Optional.empty();
    RelayStatus status = RelayStatus.UNKNOWN;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.varint();
        case 2 -> peer = Optional.of(HopMessage.decodePeer(in.bytes()));
        case 3 -> limit = Optional.of(CircuitLimit.decode(in.bytes()));
        case 4 -> status = RelayStatus.of(in.varint());
        default -> in.skip();
      }
    }
    return new StopMessage(Type.of(type), peer, limit, status);
  }
}
