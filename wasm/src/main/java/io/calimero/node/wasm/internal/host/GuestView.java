// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Reads what guests pass by address, checking every range against the memory. Structures are
 * little-endian: a descriptor of bytes is address and length of 8 bytes each.
 */
final class GuestView {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final GuestMemory memory;
  private final Function<GuestError, GuestExit> exit;
  private final byte[] scratch = new byte[32];
  private long size;

  GuestView(final GuestMemory memory, final Function<GuestError, GuestExit> exit) {
    this.memory = memory;
    this.exit = exit;
  }

  /** The bytes of the range. */
  Bytes bytes(final Slice slice) {
    final int length = check(slice.address(), slice.length());
    if (length == 0) {
      return Bytes.EMPTY;
    }
    final byte[] bytes = new byte[length];
    memory.read(slice.address(), bytes, 0, length);
    return Bytes.wrap(bytes);
  }

  /** The text of the range. */
  String text(final Slice slice) {
    final Bytes bytes = bytes(slice);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.unsafeArray()))
          .toString();
    } catch (final CharacterCodingException e) {
      throw exit.apply(GuestError.host("invalid UTF-8 string"));
    }
  }

  /** The range that the descriptor at the address names. */
  Slice buffer(final long address) {
    load(address, 16);
    return new Slice((long) LONG.get(scratch, 0), (long) LONG.get(scratch, 8));
  }

  /** The first number of the structure at the address. */
  long number(final long address) {
    load(address, 8);
    return (long) LONG.get(scratch, 0);
  }

  /** The place in the source that the structure at the address names. */
  Location location(final long address) {
    load(address, 24);
    return new Location(
        new Slice((long) LONG.get(scratch, 0), (long) LONG.get(scratch, 8)),
        (int) INT.get(scratch, 16),
        (int) INT.get(scratch, 20));
  }

  /** Copies bytes to the address. */
  void write(final long address, final byte[] bytes, final int length) {
    check(address, length);
    memory.write(address, bytes, 0, length);
  }

  /** The length of the range, which lies in the memory. */
  int check(final long address, final long length) {
    final long end = address + length;
    if (Long.compareUnsigned(end, address) < 0) {
      throw exit.apply(GuestError.host("integer overflow"));
    }
    if (Long.compareUnsigned(end, size) > 0) {
      // The size is asked for again only when the one known does not do: memory never shrinks
      size = memory.size();
      if (Long.compareUnsigned(end, size) > 0) {
        throw exit.apply(GuestError.host("invalid memory access"));
      }
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw exit.apply(GuestError.host("invalid memory access"));
    }
    return (int) length;
  }

  private void load(final long address, final int length) {
    check(address, length);
    memory.read(address, scratch, 0, length);
  }
}
