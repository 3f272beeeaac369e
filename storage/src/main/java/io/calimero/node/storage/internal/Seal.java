// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The wrapping of a small file: a tag that says what it is, the number of its format, the content,
 * and a CRC-32C over all of that.
 *
 * @param tag eight ASCII characters
 * @param what the same for a person
 * @param format the only format understood
 */
public record Seal(String tag, String what, int format) {
  private static final int TAG = 8;
  private static final int HEAD = TAG + 1;
  private static final int CRC = 4;

  /** A seal whose tag has the right length. */
  public Seal {
    if (tag.length() != TAG) {
      throw new IllegalArgumentException("a tag of " + tag.length() + " characters");
    }
  }

  /** The file of this content. */
  public byte[] close(final byte[] content) {
    final ByteBuffer out =
        ByteBuffer.allocate(HEAD + content.length + CRC).order(ByteOrder.LITTLE_ENDIAN);
    out.put(tag.getBytes(StandardCharsets.US_ASCII)).put((byte) format).put(content);
    out.putInt(crc(out.array(), out.position()));
    return out.array();
  }

  /**
   * The content of this file.
   *
   * @throws MalformedException if it is damaged or something else
   * @throws StorageException {@code NEWER_FORMAT}
   */
  public BorshReader open(final byte[] file) {
    if (file.length < HEAD + CRC
        || !Arrays.equals(file, 0, TAG, tag.getBytes(StandardCharsets.US_ASCII), 0, TAG)) {
      throw new MalformedException("not a " + what);
    }
    final int end = file.length - CRC;
    final int stored = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    if (stored != crc(file, end)) {
      throw new MalformedException("a " + what + " with a wrong checksum");
    }
    final int found = file[TAG] & 0xff;
    if (found > format) {
      throw new StorageException(
          Code.NEWER_FORMAT, "a " + what + " of format " + found + ", newer than " + format);
    }
    if (found != format) {
      throw new MalformedException("a " + what + " of the unknown format " + found);
    }
    return new BorshReader(ByteBuffer.wrap(file, HEAD, end - HEAD));
  }

  private static int crc(final byte[] bytes, final int length) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
