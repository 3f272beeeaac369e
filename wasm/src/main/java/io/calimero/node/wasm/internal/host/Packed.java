// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A list as guests read it: how many elements there are, then each part of each with its length
 * before it, numbers of four bytes, little-endian. No larger than a register may be.
 */
final class Packed {
  private final CallSession session;
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private int count;

  Packed(final CallSession session) {
    this.session = session;
  }

  int count() {
    return count;
  }

  Packed add(final byte[] part) {
    if (parts.size() + 8L + part.length > session.limits().registerSize()) {
      throw session.refuse("invalid memory access");
    }
    parts.writeBytes(number(part.length));
    parts.writeBytes(part);
    return this;
  }

  /** The parts of one element have been added. */
  void counted() {
    count++;
  }

  Bytes toBytes() {
    final byte[] all = new byte[4 + parts.size()];
    System.arraycopy(number(count), 0, all, 0, 4);
    System.arraycopy(parts.toByteArray(), 0, all, 4, parts.size());
    return Bytes.wrap(all);
  }

  private static byte[] number(final int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
