// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Immutable bytes, equal by content and ordered as unsigned bytes, shorter first. */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(final byte[] content) {
    this.content = content;
  }

  /** A copy of the array. */
  public static Bytes copyOf(final byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** The array itself: the caller promises not to change it any more. */
  public static Bytes wrap(final byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes);
  }

  /** The UTF-8 bytes of the text. */
  public static Bytes utf8(final String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many there are. */
  public int length() {
    return content.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return content.length == 0;
  }

  /** A copy that the caller may change. */
  public byte[] toByteArray() {
    return content.clone();
  }

  /**
   * The array behind this value, for hashing, encoding and copying from. Whoever changes it breaks
   * every holder of this value.
   */
  public byte[] unsafeArray() {
    return content;
  }

  /** A read-only view. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** The bytes read as UTF-8, anything malformed replaced. */
  public String toUtf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(final Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** Hexadecimal, the middle left out beyond 32 bytes. */
  @Override
  public String toString() {
    final HexFormat hex = HexFormat.of();
    return content.length <= 32
        ? hex.formatHex(content)
        : hex.formatHex(content, 0, 16) + "…(" + content.length + " bytes)";
  }
}
