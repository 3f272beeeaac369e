// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Unsigned varints of multiformats: seven bits a byte, least significant group first, at most nine
 * bytes (63 bits), in the shortest form only.
 */
public final class Uvarint {
  /** What {@link #read} returns while the varint's last byte has not arrived. */
  public static final long INCOMPLETE = -1;

  private static final int MAX_BYTES = 9;

  private Uvarint() {}

  /** How many bytes {@code value} takes. */
  public static int size(final long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /** Appends {@code value}, which must not be negative. */
  public static void write(final ByteBuf out, final long value) {
    if (value < 0) {
      throw new IllegalArgumentException("A varint cannot hold " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** The bytes of {@code value}. */
  public static byte[] encode(final long value) {
    final byte[] bytes = new byte[size(value)];
    write(Unpooled.wrappedBuffer(bytes).clear(), value);
    return bytes;
  }

  /**
   * Reads one varint.
   *
   * @return the value, or {@link #INCOMPLETE} with nothing consumed if its end is not there yet
   * @throws MalformedException if it is longer than nine bytes or not in the shortest form
   */
  public static long read(final ByteBuf in) {
    final int start = in.readerIndex();
    long value = 0;
    for (int i = 0; in.isReadable(); i++) {
      if (i == MAX_BYTES) {
        throw new MalformedException("A varint has more than " + MAX_BYTES + " bytes");
      }
      final byte next = in.readByte();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        if (next == 0 && i > 0) {
          throw new MalformedException("A varint is not in its shortest form");
        }
        return value;
      }
    }
    if (in.readerIndex() - start >= MAX_BYTES) {
      throw new MalformedException("A varint has more than " + MAX_BYTES + " bytes");
    }
    in.readerIndex(start);
    return INCOMPLETE;
  }

  /** Reads one varint that must be there whole. */
  public static long readWhole(final ByteBuf in) {
    final long value = read(in);
    if (value == INCOMPLETE) {
      throw new MalformedException("A varint is cut short");
    }
    return value;
  }
}
