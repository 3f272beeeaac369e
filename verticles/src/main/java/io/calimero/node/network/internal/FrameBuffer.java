// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.libp2p.StreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a stream of bytes into frames: four bytes of length, big-endian, then as many bytes. Holds
 * what has come and no more, whatever length a peer announces.
 */
final class FrameBuffer {
  private static final int SMALL = 4096;

  private final int maxFrame;
  private byte[] bytes = new byte[0];
  private int start;
  private int end;

  FrameBuffer(final int maxFrame) {
    this.maxFrame = maxFrame;
  }

  /** A frame as it goes over the wire. */
  static byte[] framed(final Bytes frame) {
    return ByteBuffer.allocate(Integer.BYTES + frame.length())
        .putInt(frame.length())
        .put(frame.unsafeArray())
        .array();
  }

  void add(final byte[] more) {
    final int held = end - start;
    if (bytes.length - end < more.length) {
      final int needed = held + more.length;
      final byte[] room = needed <= bytes.length ? bytes : new byte[Math.max(SMALL, 2 * needed)];
      System.arraycopy(bytes, start, room, 0, held);
      bytes = room;
      start = 0;
      end = held;
    }
    System.arraycopy(more, 0, bytes, end, more.length);
    end += more.length;
  }

  /**
   * Takes the next frame, if all of it has come.
   *
   * @throws StreamException if it is larger than frames may be
   */
  Optional<Bytes> next() {
    if (held() < Integer.BYTES) {
      return Optional.empty();
    }
    final int length = ByteBuffer.wrap(bytes, start, Integer.BYTES).getInt();
    if (length < 0 || length > maxFrame) {
      throw new StreamException(
          "the peer announces a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (held() - Integer.BYTES < length) {
      return Optional.empty();
    }
    final int from = start + Integer.BYTES;
    final Bytes frame = Bytes.wrap(Arrays.copyOfRange(bytes, from, from + length));
    start = from + length;
    if (start == end) {
      // Nothing is kept for a stream that is silent.
      bytes = new byte[0];
      start = 0;
      end = 0;
    }
    return Optional.of(frame);
  }

  /** How many bytes wait. */
  int held() {
    return end - start;
  }
}
