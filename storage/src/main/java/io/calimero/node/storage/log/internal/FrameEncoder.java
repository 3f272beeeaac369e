// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Turns frames into bytes and gathers them, so that a batch costs one write. Whatever is larger
 * than its buffer goes out in parts.
 */
final class FrameEncoder {
  private final byte[] header = new byte[FrameFormat.HEADER];
  private final byte[] trailer = new byte[FrameFormat.TRAILER];
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer;
  private DiskFile file;
  private long key;
  private int offset;
  private int chain;

  FrameEncoder(final int bufferSize, final DiskFile file) {
    buffer = ByteBuffer.allocateDirect(bufferSize);
    this.file = file;
  }

  /** Goes on in this file, at this offset. */
  void moveTo(final DiskFile newFile, final long newKey, final int newOffset, final int newChain) {
    file = newFile;
    key = newKey;
    offset = newOffset;
    chain = newChain;
  }

  /** Where the next frame will stand. */
  int offset() {
    return offset;
  }

  /** The chain value before the next frame. */
  int chain() {
    return chain;
  }

  void add(final FrameRecord frame, final boolean more, final long previous, final int forced)
      throws IOException {
    final byte[] payload = frame.payload().unsafeArray();
    Le.putInt(header, 0, FrameFormat.MAGIC);
    Le.putInt(header, FrameFormat.H_LENGTH, payload.length);
    header[FrameFormat.H_KIND] = (byte) frame.kind().code();
    header[FrameFormat.H_FLAGS] = (byte) (more ? FrameFormat.MORE_FOLLOW : 0);
    frame.stream().hash().copyTo(header, FrameFormat.H_STREAM);
    Le.putLong(header, FrameFormat.H_POSITION, frame.position());
    Le.putLong(header, FrameFormat.H_PREVIOUS, previous);
    frame.prior().copyTo(header, FrameFormat.H_PRIOR);
    frame.hash().copyTo(header, FrameFormat.H_HASH);
    Le.putInt(header, FrameFormat.H_FORCED, forced);
    Le.putInt(header, FrameFormat.H_PRIOR_CHAIN, chain);
    crc.reset();
    crc.update(header, 0, FrameFormat.H_CHAIN);
    crc.update(payload);
    FrameFormat.pad(crc, payload.length);
    chain = (int) crc.getValue();
    Le.putInt(header, FrameFormat.H_CHAIN, chain);
    Le.putInt(
        header,
        FrameFormat.H_CRC,
        FrameFormat.crc(header, 0, FrameFormat.H_CRC) ^ FrameFormat.mask(key, offset));
    put(header, header.length);
    put(payload, payload.length);
    finish(frame, payload.length, more);
  }

  private void finish(final FrameRecord frame, final int length, final boolean more)
      throws IOException {
    final int pad = FrameFormat.padded(length) - length;
    frame.stream().hash().copyTo(trailer, 0);
    Le.putLong(trailer, FrameFormat.T_POSITION, frame.position());
    Le.putInt(trailer, FrameFormat.T_LENGTH, length);
    Le.putInt(trailer, FrameFormat.T_CHAIN, chain);
    trailer[FrameFormat.T_KIND] = (byte) frame.kind().code();
    trailer[FrameFormat.T_FLAGS] = (byte) (more ? FrameFormat.MORE_FOLLOW : 0);
    Le.putInt(
        trailer,
        FrameFormat.T_CRC,
        FrameFormat.crc(trailer, 0, FrameFormat.T_CRC) ^ ~FrameFormat.mask(key, offset + pad));
    put(FrameFormat.ZEROS, pad);
    put(trailer, trailer.length);
  }

  private void put(final byte[] bytes, final int length) throws IOException {
    int at = 0;
    while (at < length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      final int part = Math.min(length - at, buffer.remaining());
      buffer.put(bytes, at, part);
      at += part;
      offset += part;
    }
  }

  /** Hands what was gathered to the system. Not durable yet. */
  void flush() throws IOException {
    buffer.flip();
    file.write(buffer, (long) offset - buffer.limit());
    buffer.clear();
  }
}
