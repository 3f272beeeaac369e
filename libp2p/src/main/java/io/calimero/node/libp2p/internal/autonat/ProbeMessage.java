// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The messages of AutoNAT, version 2, on the stream of a request. */
public sealed interface ProbeMessage {
  /** The dial succeeded, or the request was served; the same number means both. */
  int OK = 200;

  /** The address did not answer. */
  int DIAL_ERROR = 100;

  /** It answered, but did not take the nonce. */
  int DIAL_BACK_ERROR = 101;

  /** As status of the response: too many requests. */
  int REQUEST_REJECTED = 100;

  /** As status of the response: none of the addresses is dialled. */
  int DIAL_REFUSED = 101;

  /**
   * Asks for one of several addresses to be dialled.
   *
   * @param addresses the most important one first; empty where one cannot be read here, so that the
   *     others keep their places
   * @param nonce to be shown by the dial back
   */
  record Request(List<Optional<Multiaddr>> addresses, long nonce) implements ProbeMessage {
    private static final int MAX_ADDRESSES = 50;

    /** Keeps a copy. */
    public Request {
      addresses = List.copyOf(addresses);
    }

    /** Asks about addresses that are known. */
    static Request about(final List<Multiaddr> addresses, final long nonce) {
      return new Request(addresses.stream().map(Optional::of).toList(), nonce);
    }

    @Override
    public byte[] encode() {
      final ProtoWriter out = new ProtoWriter();
      addresses.stream()
          .flatMap(Optional::stream)
          .forEach(address -> out.bytes(1, address.encode()));
      return new ProtoWriter().bytes(1, out.fixed64(2, nonce).encode()).encode();
    }

    private static Request decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("DialRequest", bytes);
      final List<Optional<Multiaddr>> addresses = new ArrayList<>();
      long nonce = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> {
            in.bound(addresses.size(), MAX_ADDRESSES);
            addresses.add(address(in.bytes()));
          }
          case 2 -> nonce = in.fixed64();
          default -> in.skip();
        }
      }
      return new Request(addresses, nonce);
    }

    private static Optional<Multiaddr> address(final ByteString bytes) {
      try {
        return Optional.of(Multiaddr.decode(bytes.toByteArray()));
      } catch (final MalformedException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Answers.
   *
   * @param status what became of the request
   * @param index which address was dialled
   * @param dialStatus what became of the dial
   */
  record Response(int status, int index, int dialStatus) implements ProbeMessage {
    @Override
    public byte[] encode() {
      final byte[] response =
          new ProtoWriter().varint(1, status).varint(2, index).varint(3, dialStatus).encode();
      return new ProtoWriter().bytes(2, response).encode();
    }

    private static Response decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("DialResponse", bytes);
      int status = 0;
      int index = 0;
      int dialStatus = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> status = in.number();
          case 2 -> index = in.number();
          case 3 -> dialStatus = in.number();
          default -> in.skip();
        }
      }
      return new Response(status, index, dialStatus);
    }
  }

  /**
   * Asks for bytes before an address is dialled.
   *
   * @param index which address
   * @param bytes how many
   */
  record DataRequest(int index, long bytes) implements ProbeMessage {
    @Override
    public byte[] encode() {
      final byte[] request = new ProtoWriter().varint(1, index).varint(2, bytes).encode();
      return new ProtoWriter().bytes(3, request).encode();
    }

    private static DataRequest decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("DialDataRequest", bytes);
      int index = 0;
      long count = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> index = in.number();
          case 2 -> count = in.varint();
          default -> in.skip();
        }
      }
      return new DataRequest(index, count);
    }
  }

  /**
   * Some of those bytes.
   *
   * @param data any; at most 4096
   */
  record Data(ByteString data) implements ProbeMessage {
    @Override
    public byte[] encode() {
      return new ProtoWriter().bytes(4, new ProtoWriter().bytes(1, data).encode()).encode();
    }

    private static Data decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("DialDataResponse", bytes);
      ByteString data = ByteString.EMPTY;
      while (in.next()) {
        if (in.field() == 1) {
          data = in.bytes();
        } else {
          in.skip();
        }
      }
      return new Data(data);
    }
  }

  /** The protobuf form. */
  byte[] encode();

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  static ProbeMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("AutoNAT 2", bytes);
    Optional<ProbeMessage> message = Optional.empty();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> message = Optional.of(Request.decode(in.bytes()));
        case 2 -> message = Optional.of(Response.decode(in.bytes()));
        case 3 -> message = Optional.of(DataRequest.decode(in.bytes()));
        case 4 -> message = Optional.of(Data.decode(in.bytes()));
        default -> in.skip();
      }
    }
    return message.orElseThrow(() -> new MalformedException("AutoNAT 2: an empty message"));
  }

  /** The message by which the server shows the nonce on the connection that it dialled. */
  static byte[] encodeNonce(final long nonce) {
    return new ProtoWriter().fixed64(1, nonce).encode();
  }

  /** The nonce that {@link #encodeNonce} has put into {@code bytes}. */
  static long decodeNonce(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("DialBack", bytes);
    long nonce = 0;
    while (in.next()) {
      if (in.field() == 1) {
        nonce = in.fixed64();
      } else {
        in.skip();
      }
    }
    return nonce;
  }
}
