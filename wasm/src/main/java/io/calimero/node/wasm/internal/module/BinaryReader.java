// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a range of a module's bytes; every method refuses to read beyond its end. */
final class BinaryReader {
  private final byte[] bytes;
  private final int end;
  private int position;

  BinaryReader(final byte[] bytes, final int position, final int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  int position() {
    return position;
  }

  boolean hasMore() {
    return position < end;
  }

  int u8() throws InvalidModuleException {
    if (position >= end) {
      throw malformed("it ends too early");
    }
    return bytes[position++] & 0xff;
  }

  /** An unsigned 32-bit integer in LEB128, at most five bytes long. */
  long u32() throws InvalidModuleException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      final int part = u8();
      value |= (long) (part & 0x7f) << shift;
      if ((part & 0x80) == 0) {
        if (value > 0xffff_ffffL) {
          throw malformed("a number is larger than 32 bits");
        }
        return value;
      }
    }
    throw malformed("a number is longer than 32 bits");
  }

  /** A signed integer of so many bits in LEB128. */
  long signed(final int bits) throws InvalidModuleException {
    long value = 0;
    for (int shift = 0; shift < bits; shift += 7) {
      final int part = u8();
      value |= (long) (part & 0x7f) << shift;
      if ((part & 0x80) == 0) {
        final int unused = Math.max(0, Long.SIZE - shift - 7);
        return value << unused >> unused;
      }
    }
    throw malformed("a number is longer than " + bits + " bits");
  }

  /** The next byte, which is not taken. */
  int peek() throws InvalidModuleException {
    final int next = u8();
    position--;
    return next;
  }

  /** Leaves out so many bytes, which must be there. */
  void take(final int length) throws InvalidModuleException {
    if (length > end - position) {
      throw malformed("it ends too early");
    }
    position += length;
  }

  /** Another reader of the same range, beginning there. */
  BinaryReader again(final int from) {
    return new BinaryReader(bytes, from, end);
  }

  /** A count of things of at least one byte each, or a length: never more than what remains. */
  int count() throws InvalidModuleException {
    final long count = u32();
    if (count > end - position) {
      throw malformed("a count or length of " + count + " goes beyond its section");
    }
    return (int) count;
  }

  /** An index below the bound. */
  int index(final int bound, final String what) throws InvalidModuleException {
    final long index = u32();
    if (index >= bound) {
      throw malformed("there is no " + what + " " + index);
    }
    return (int) index;
  }

  String name() throws InvalidModuleException {
    final int length = count();
    try {
      final String name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, position, length))
              .toString();
      position += length;
      return name;
    } catch (final CharacterCodingException e) {
      throw malformed("a name is not UTF-8");
    }
  }

  void skip(final int length) {
    position += length;
  }

  void expectEnd() throws InvalidModuleException {
    if (position != end) {
      throw malformed("a section is longer than its content");
    }
  }

  InvalidModuleException malformed(final String what) {
    return new InvalidModuleException(
        Code.MALFORMED, "a malformed WebAssembly module: " + what + " (at byte " + position + ")");
  }

  InvalidModuleException unsupported(final String what) {
    return new InvalidModuleException(
        Code.INVALID, "the WebAssembly module uses " + what + ", which this node does not offer");
  }
}
