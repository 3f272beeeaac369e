// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads borsh, as {@link BorshWriter} writes it.
 *
 * <p>A count is believed only as far as the bytes that remain, so that hostile input cannot make
 * the reader allocate more than a small multiple of its own length. Every method throws {@link
 * MalformedException} where the bytes are not of the form asked for.
 */
public final class BorshReader {
  private final ByteBuffer in;

  /** A reader of the whole array. */
  public BorshReader(final byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  /** A reader of the remaining bytes of the buffer, whose own position does not move. */
  public BorshReader(final ByteBuffer buffer) {
    in = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads an unsigned 8-bit integer. */
  public int u8() {
    need(1);
    return in.get() & 0xff;
  }

  /** Reads an unsigned 16-bit integer. */
  public int u16() {
    need(2);
    return in.getShort() & 0xffff;
  }

  /** Reads a 32-bit integer. */
  public int u32() {
    need(4);
    return in.getInt();
  }

  /** Reads a 64-bit integer. */
  public long u64() {
    need(8);
    return in.getLong();
  }

  /** Reads a 64-bit integer that must not exceed {@link Long#MAX_VALUE}, such as a position. */
  public long count64() {
    final long value = u64();
    if (value < 0) {
      throw new MalformedException("a number beyond 2^63");
    }
    return value;
  }

  /** Reads a boolean, which must be 0 or 1. */
  public boolean bool() {
    final int value = u8();
    if (value > 1) {
      throw new MalformedException("a boolean of " + value);
    }
    return value == 1;
  }

  /** Reads as many bytes. */
  public byte[] fixed(final int length) {
    need(length);
    final byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Reads the 32 bytes of a hash. */
  public Hash hash() {
    return Hash.of(fixed(Hash.LENGTH));
  }

  /** Reads counted bytes. */
  public Bytes bytes() {
    return Bytes.wrap(fixed(count(1)));
  }

  /** Reads counted UTF-8 text. */
  public String string() {
    final byte[] bytes = fixed(count(1));
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (final CharacterCodingException e) {
      throw new MalformedException("text that is not UTF-8");
    }
  }

  /** Reads a value by its codec. */
  public <T> T value(final Codec<T> codec) {
    return codec.read(this);
  }

  /** Reads an option. */
  public <T> Optional<T> option(final Codec<T> codec) {
    return bool() ? Optional.of(codec.read(this)) : Optional.empty();
  }

  /** Reads a counted list. Each value must take at least one byte. */
  public <T> List<T> list(final Codec<T> codec) {
    final int count = count(1);
    final List<T> values = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      values.add(codec.read(this));
    }
    return List.copyOf(values);
  }

  /** How many bytes remain. */
  public int remaining() {
    return in.remaining();
  }

  /** Refuses bytes that remain. */
  public void expectEnd() {
    if (in.hasRemaining()) {
      throw new MalformedException(in.remaining() + " bytes too many");
    }
  }

  private int count(final int bytesEach) {
    final int count = u32();
    if (count < 0 || (long) count * bytesEach > in.remaining()) {
      throw new MalformedException(
          "a count of "
              + Integer.toUnsignedString(count)
              + " with "
              + in.remaining()
              + " bytes left");
    }
    return count;
  }

  private void need(final int bytes) {
    if (in.remaining() < bytes) {
      throw new MalformedException("the bytes end too early");
    }
  }
}
