// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.records.Addresses;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The messages of AutoNAT, version 1. */
public sealed interface DialMessage {
  /** What became of a request, by its number on the wire. */
  enum Status {
    /** An address was dialled. */
    OK(0),
    /** None answered. */
    E_DIAL_ERROR(100),
    /** None was dialled. */
    E_DIAL_REFUSED(101),
    /** The request makes no sense. */
    E_BAD_REQUEST(200),
    /** Something else went wrong. */
    E_INTERNAL_ERROR(300);

    private final int code;

    Status(final int code) {
      this.code = code;
    }

    private static Status of(final long code) {
      for (final Status status : values()) {
        if (status.code == code) {
          return status;
        }
      }
      throw new MalformedException("AutoNAT: status " + code);
    }
  }

  /**
   * Asks to be dialled.
   *
   * @param peer who asks
   * @param addresses where
   */
  record Dial(PeerId peer, List<Multiaddr> addresses) implements DialMessage {
    /** Keeps a copy. */
    public Dial {
      addresses = List.copyOf(addresses);
    }

    @Override
    public byte[] encode() {
      final ProtoWriter info = new ProtoWriter().bytes(1, peer.encode());
      addresses.forEach(address -> info.bytes(2, address.encode()));
      final byte[] dial = new ProtoWriter().bytes(1, info.encode()).encode();
      return new ProtoWriter().varint(1, 0).bytes(2, dial).encode();
    }
  }

  /**
   * Answers.
   *
   * @param status what became of it
   * @param text the same in words
   * @param address the one that was dialled
   */
  record Response(Status status, String text, Optional<Multiaddr> address) implements DialMessage {
    @Override
    public byte[] encode() {
      final ProtoWriter response = new ProtoWriter().varint(1, status.code).string(2, text);
      address.ifPresent(at -> response.bytes(3, at.encode()));
      return new ProtoWriter().varint(1, 1).bytes(3, response.encode()).encode();
    }
  }

  /** The protobuf form. */
  byte[] encode();

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  static DialMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("AutoNAT", bytes);
    long type = -1;
    ByteString dial = ByteString.EMPTY;
    ByteString response = ByteString.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = in.varint();
        case 2 -> dial = in.bytes();
        case 3 -> response = in.bytes();
        default -> in.skip();
      }
    }
    if (type == 0) {
      return DialCodec.dial(dial);
    }
    if (type == 1) {
      return DialCodec.response(response);
    }
    throw new MalformedException("AutoNAT: a message of kind " + type);
  }

  /** Reads the inner messages. */
  final class DialCodec {
    private static final int MAX_ADDRESSES = 64;

    private DialCodec() {}

    private static Dial dial(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("AutoNAT Dial", bytes);
      ByteString info = ByteString.EMPTY;
      while (in.next()) {
        if (in.field() == 1) {
          info = in.bytes();
        } else {
          in.skip();
        }
      }
      final ProtoReader inner = new ProtoReader("AutoNAT PeerInfo", info);
      ByteString id = ByteString.EMPTY;
      final List<ByteString> addresses = new ArrayList<>();
      while (inner.next()) {
        switch (inner.field()) {
          case 1 -> id = inner.bytes();
          case 2 -> {
            inner.bound(addresses.size(), MAX_ADDRESSES);
            addresses.add(inner.bytes());
          }
          default -> inner.skip();
        }
      }
      return new Dial(PeerId.decode(id.toByteArray()), Addresses.decodeKnown(addresses));
    }

    private static Response response(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("AutoNAT DialResponse", bytes);
      Status status = Status.OK;
      String text = "";
      List<ByteString> address = List.of();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> status = Status.of(in.varint());
          case 2 -> text = in.string();
          case 3 -> address = List.of(in.bytes());
          default -> in.skip();
        }
      }
      return new Response(status, text, Addresses.decodeKnown(address).stream().findFirst());
    }
  }
}
