// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.multistream;

import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.internal.wire.Uvarint;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * One side of a multistream-select 1.0 conversation, over a connection or a stream. Fed with what
 * arrives, it says what to send, until both sides agree; bytes behind the agreement stay unread.
 *
 * <p>The dialler sends its first proposal along with the header, so that an agreement on the first
 * protocol takes one round trip.
 */
public final class Negotiation {
  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";

  /** With the newline. Names of protocols are short; a longer one is an attack. */
  private static final int MAX_LINE = 1024;

  /** How many refused proposals a dialler may make. */
  private static final int MAX_REFUSALS = 64;

  private final Role role;
  private boolean greeted;

  private Negotiation(final Role role) {
    this.role = role;
  }

  /** The side that proposes {@code protocols}, the preferred one first. */
  public static Negotiation dialer(final List<String> protocols) {
    if (protocols.isEmpty()) {
      throw new NegotiationException("There is no protocol to propose");
    }
    return new Negotiation(new Dialer(protocols));
  }

  /** The side that takes the first proposal that {@code supported} accepts. */
  public static Negotiation listener(final Predicate<String> supported) {
    return new Negotiation(new Listener(supported));
  }

  /** Writes what is to be sent first. */
  public void start(final ByteBuf out) {
    write(out, HEADER);
    role.start(out);
  }

  /**
   * Takes what has arrived.
   *
   * @param in is read up to the agreement; an incomplete message stays in it
   * @param out receives what is to be sent
   * @return the agreed protocol, once
   * @throws NegotiationException if there is none, or the other side breaks the rules
   */
  public Optional<String> feed(final ByteBuf in, final ByteBuf out) {
    for (Optional<String> line = read(in); line.isPresent(); line = read(in)) {
      if (!greeted) {
        if (!line.get().equals(HEADER)) {
          throw new NegotiationException("The peer does not speak multistream-select 1");
        }
        greeted = true;
        continue;
      }
      if (role.take(line.get(), out)) {
        return line;
      }
    }
    return Optional.empty();
  }

  static void write(final ByteBuf out, final String line) {
    final byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= MAX_LINE) {
      throw new NegotiationException("A protocol's name of " + bytes.length + " bytes");
    }
    Uvarint.write(out, bytes.length + 1L);
    out.writeBytes(bytes).writeByte('\n');
  }

  private static Optional<String> read(final ByteBuf in) {
    final int start = in.readerIndex();
    final long length = Uvarint.read(in);
    if (length == Uvarint.INCOMPLETE) {
      return Optional.empty();
    }
    if (length < 1 || length > MAX_LINE) {
      throw new NegotiationException("A negotiation message of " + length + " bytes");
    }
    if (in.readableBytes() < length) {
      in.readerIndex(start);
      return Optional.empty();
    }
    final String line = in.readCharSequence((int) length - 1, StandardCharsets.UTF_8).toString();
    if (in.readByte() != '\n') {
      throw new NegotiationException("A negotiation message without its newline");
    }
    return Optional.of(line);
  }

  private sealed interface Role permits Dialer, Listener {
    default void start(final ByteBuf out) {}

    /** Whether {@code line} is the agreement. */
    boolean take(String line, ByteBuf out);
  }

  private static final class Dialer implements Role {
    private final List<String> protocols;
    private final Queue<String> rest;
    private String proposed;

    Dialer(final List<String> protocols) {
      this.protocols = List.copyOf(protocols);
      rest = new ArrayDeque<>(protocols);
      proposed = rest.remove();
    }

    @Override
    public void start(final ByteBuf out) {
      write(out, proposed);
    }

    @Override
    public boolean take(final String line, final ByteBuf out) {
      if (line.equals(proposed)) {
        return true;
      }
      if (!line.equals(NOT_AVAILABLE)) {
        throw new NegotiationException("The peer answered " + proposed + " with something else");
      }
      if (rest.isEmpty()) {
        throw new NegotiationException("The peer speaks none of " + protocols);
      }
      proposed = rest.remove();
      write(out, proposed);
      return false;
    }
  }

  private static final class Listener implements Role {
    private final Predicate<String> supported;
    private int refusals;

    Listener(final Predicate<String> supported) {
      this.supported = supported;
    }

    @Override
    public boolean take(final String line, final ByteBuf out) {
      if (supported.test(line)) {
        write(out, line);
        return true;
      }
      if (++refusals > MAX_REFUSALS) {
        throw new NegotiationException("The peer proposed " + refusals + " unknown protocols");
      }
      write(out, NOT_AVAILABLE);
      return false;
    }
  }
}
