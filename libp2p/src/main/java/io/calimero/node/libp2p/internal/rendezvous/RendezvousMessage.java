// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.rendezvous;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The messages of rendezvous. Lifetimes are in seconds. */
public sealed interface RendezvousMessage {
  /** What became of a request, by its number on the wire. */
  enum Status {
    /** It was served. */
    OK(0),
    /** The namespace is too long, or missing. */
    E_INVALID_NAMESPACE(100),
    /** The record cannot be read, or is older than another. */
    E_INVALID_SIGNED_PEER_RECORD(101),
    /** The lifetime is too short or too long. */
    E_INVALID_TTL(102),
    /** The cookie is not of this point and namespace. */
    E_INVALID_COOKIE(103),
    /** The record is somebody else's. */
    E_NOT_AUTHORIZED(200),
    /** Something else went wrong. */
    E_INTERNAL_ERROR(300),
    /** There is no room. */
    E_UNAVAILABLE(400);

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
      return E_INTERNAL_ERROR;
    }
  }

  /**
   * Registers.
   *
   * @param namespace for what
   * @param signedRecord of whoever registers
   * @param lifetime 0 if not said
   */
  record Register(String namespace, ByteString signedRecord, long lifetime)
      implements RendezvousMessage {
    @Override
    public byte[] encode() {
      return new ProtoWriter().varint(1, 0).bytes(2, inner()).encode();
    }

    private byte[] inner() {
      final ProtoWriter out = new ProtoWriter().string(1, namespace).bytes(2, signedRecord);
      return (lifetime == 0 ? out : out.varint(3, lifetime)).encode();
    }

    private static Register decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("Register", bytes);
      String namespace = "";
      ByteString signed = ByteString.EMPTY;
      long lifetime = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> namespace = in.string();
          case 2 -> signed = in.bytes();
          case 3 -> lifetime = in.varint();
          default -> in.skip();
        }
      }
      return new Register(namespace, signed, lifetime);
    }
  }

  /**
   * Answers that.
   *
   * @param status what became of it
   * @param text the same in words
   * @param lifetime how long it holds
   */
  record Registered(Status status, String text, long lifetime) implements RendezvousMessage {
    @Override
    public byte[] encode() {
      final byte[] inner =
          new ProtoWriter().varint(1, status.code).string(2, text).varint(3, lifetime).encode();
      return new ProtoWriter().varint(1, 1).bytes(3, inner).encode();
    }

    private static Registered decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("RegisterResponse", bytes);
      Status status = Status.OK;
      String text = "";
      long lifetime = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> status = Status.of(in.varint());
          case 2 -> text = in.string();
          case 3 -> lifetime = in.varint();
          default -> in.skip();
        }
      }
      return new Registered(status, text, lifetime);
    }
  }

  /**
   * Takes a registration back.
   *
   * @param namespace for what it was
   */
  record Unregister(String namespace) implements RendezvousMessage {
    @Override
    public byte[] encode() {
      final byte[] inner = new ProtoWriter().string(1, namespace).encode();
      return new ProtoWriter().varint(1, 2).bytes(4, inner).encode();
    }

    private static Unregister decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("Unregister", bytes);
      String namespace = "";
      while (in.next()) {
        if (in.field() == 1) {
          namespace = in.string();
        } else {
          in.skip();
        }
      }
      return new Unregister(namespace);
    }
  }

  /**
   * Asks who has registered.
   *
   * @param namespace empty for all of them
   * @param limit how many; 0 if not said
   * @param cookie of the answer before; may be empty
   */
  record Discover(String namespace, long limit, ByteString cookie) implements RendezvousMessage {
    @Override
    public byte[] encode() {
      final ProtoWriter out = new ProtoWriter();
      if (!namespace.isEmpty()) {
        out.string(1, namespace);
      }
      if (limit != 0) {
        out.varint(2, limit);
      }
      if (!cookie.isEmpty()) {
        out.bytes(3, cookie);
      }
      return new ProtoWriter().varint(1, 3).bytes(5, out.encode()).encode();
    }

    private static Discover decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("Discover", bytes);
      String namespace = "";
      long limit = 0;
      ByteString cookie = ByteString.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> namespace = in.string();
          case 2 -> limit = in.varint();
          case 3 -> cookie = in.bytes();
          default -> in.skip();
        }
      }
      return new Discover(namespace, limit, cookie);
    }
  }

  /**
   * Answers that.
   *
   * @param registrations the older ones first
   * @param cookie to be shown next time
   * @param status what became of it
   * @param text the same in words
   */
  record Discovered(List<Register> registrations, ByteString cookie, Status status, String text)
      implements RendezvousMessage {
    private static final int MAX_REGISTRATIONS = 1000;

    /** Keeps a copy. */
    public Discovered {
      registrations = List.copyOf(registrations);
    }

    @Override
    public byte[] encode() {
      final ProtoWriter out = new ProtoWriter();
      registrations.forEach(registration -> out.bytes(1, registration.inner()));
      out.bytes(2, cookie).varint(3, status.code).string(4, text);
      return new ProtoWriter().varint(1, 4).bytes(6, out.encode()).encode();
    }

    private static Discovered decode(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("DiscoverResponse", bytes);
      final List<Register> registrations = new ArrayList<>();
      ByteString cookie = ByteString.EMPTY;
      Status status = Status.OK;
      String text = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> {
            in.bound(registrations.size(), MAX_REGISTRATIONS);
            registrations.add(Register.decode(in.bytes()));
          }
          case 2 -> cookie = in.bytes();
          case 3 -> status = Status.of(in.varint());
          case 4 -> text = in.string();
          default -> in.skip();
        }
      }
      return new Discovered(registrations, cookie, status, text);
    }
  }

  /** The protobuf form. */
  byte[] encode();

  /**
   * Reads the protobuf form.
   *
   * @throws MalformedException if it is none
   */
  static RendezvousMessage decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("Rendezvous", bytes);
    int type = -1;
    final ByteString[] parts = new ByteString[5];
    Arrays.fill(parts, ByteString.EMPTY);
    while (in.next()) {
      final int field = in.field();
      if (field == 1) {
        type = in.number();
      } else if (field >= 2 && field <= 6) {
        parts[field - 2] = in.bytes();
      } else {
        in.skip();
      }
    }
    return switch (type) {
      case 0 -> Register.decode(parts[0]);
      case 1 -> Registered.decode(parts[1]);
      case 2 -> Unregister.decode(parts[2]);
      case 3 -> Discover.decode(parts[3]);
      case 4 -> Discovered.decode(parts[4]);
      default -> throw new MalformedException("Rendezvous: a message of kind " + type);
    };
  }
}
