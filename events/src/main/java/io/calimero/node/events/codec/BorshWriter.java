// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * Writes borsh: integers little-endian; text, bytes and lists as a 32-bit count and their content;
 * arrays of a fixed length raw; an option as one byte, then its value; an alternative as one byte,
 * then its fields.
 */
public final class BorshWriter {
  private byte[] buffer = new byte[256];
  private int size;

  /** Writes an unsigned 8-bit integer. */
  public BorshWriter u8(final int value) {
    room(1);
    buffer[size++] = (byte) value;
    return this;
  }

  /** Writes an unsigned 16-bit integer. */
  public BorshWriter u16(final int value) {
    return u8(value).u8(value >>> 8);
  }

  /** Writes an unsigned 32-bit integer. */
  public BorshWriter u32(final int value) {
    room(4);
    ByteBuffer.wrap(buffer, size, 4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    size += 4;
    return this;
  }

  /** Writes an unsigned 64-bit integer. */
  public BorshWriter u64(final long value) {
    room(8);
    ByteBuffer.wrap(buffer, size, 8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    size += 8;
    return this;
  }

  /** Writes a boolean as 0 or 1. */
  public BorshWriter bool(final boolean value) {
    return u8(value ? 1 : 0);
  }

  /** Writes bytes with no count before them. */
  public BorshWriter fixed(final byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
    return this;
  }

  /** Writes the 32 bytes of a hash. */
  public BorshWriter hash(final Hash hash) {
    room(Hash.LENGTH);
    hash.copyTo(buffer, size);
    size += Hash.LENGTH;
    return this;
  }

  /** Writes bytes behind their count. */
  public BorshWriter bytes(final byte[] bytes) {
    return u32(bytes.length).fixed(bytes);
  }

  /** Writes bytes behind their count. */
  public BorshWriter bytes(final Bytes bytes) {
    return bytes(bytes.unsafeArray());
  }

  /** Writes text as UTF-8 behind its count of bytes. */
  public BorshWriter string(final String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a value by its codec. */
  public <T> BorshWriter value(final Codec<T> codec, final T value) {
    codec.write(this, value);
    return this;
  }

  /** Writes 0, or 1 and the value. */
  public <T> BorshWriter option(final Optional<T> value, final Codec<T> codec) {
    bool(value.isPresent());
    value.ifPresent(present -> codec.write(this, present));
    return this;
  }

  /** Writes the count of the values, then each. */
  public <T> BorshWriter list(final Collection<T> values, final Codec<T> codec) {
    u32(values.size());
    for (final T value : values) {
      codec.write(this, value);
    }
    return this;
  }

  /** How many bytes have been written. */
  public int size() {
    return size;
  }

  /** A copy of what has been written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(final int more) {
    if (buffer.length - size < more) {
      final long needed = (long) size + more;
      if (needed > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a borsh value of more than 2 GiB");
      }
      final long doubled = Math.min(buffer.length * 2L, Integer.MAX_VALUE - 16);
      buffer = Arrays.copyOf(buffer, (int) Math.max(doubled, needed));
    }
  }
}
