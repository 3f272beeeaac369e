// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

/** Unsigned numbers in LEB128 that have been read once, and so are well-formed. */
final class Leb {
  private Leb() {}

  /** How many bytes the number at that place has. */
  static int length(final byte[] bytes, final int offset) {
    int length = 1;
    while ((bytes[offset + length - 1] & 0x80) != 0) {
      length++;
    }
    return length;
  }

  /** The number at that place. */
  static long value(final byte[] bytes, final int offset) {
    long value = 0;
    for (int i = length(bytes, offset) - 1; i >= 0; i--) {
      value = value << 7 | (bytes[offset + i] & 0x7f);
    }
    return value;
  }
}
