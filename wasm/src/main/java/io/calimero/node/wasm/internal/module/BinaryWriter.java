// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the binary form of modules. */
final class BinaryWriter {
  private final ByteArrayOutputStream out;

  BinaryWriter(final int capacity) {
    out = new ByteArrayOutputStream(capacity);
  }

  BinaryWriter u8(final int value) {
    out.write(value);
    return this;
  }

  BinaryWriter u32(final long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** A signed integer in LEB128. */
  BinaryWriter signed(final long value) {
    long rest = value;
    while (rest < -64 || rest > 63) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
    return this;
  }

  BinaryWriter raw(final byte[] bytes, final int offset, final int length) {
    out.write(bytes, offset, length);
    return this;
  }

  BinaryWriter raw(final byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  BinaryWriter name(final String name) {
    final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return u32(bytes.length).raw(bytes);
  }

  /** What the other one holds. */
  BinaryWriter all(final BinaryWriter other) {
    out.writeBytes(other.toByteArray());
    return this;
  }

  BinaryWriter section(final int id, final BinaryWriter content) {
    return u8(id).u32(content.out.size()).raw(content.toByteArray());
  }

  int size() {
    return out.size();
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
