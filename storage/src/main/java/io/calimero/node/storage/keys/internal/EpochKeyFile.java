// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The keys of a context's epochs in a file: {@code caliepok}, format 1 (one byte), the context, the
 * number of keys (one byte), of each its epoch (u64), secret (32 bytes) and signature (64 bytes); a
 * CRC-32C (u32) over all that. Written from bytes that are overwritten afterwards, so it is no
 * text. Messages never hold anything of its content.
 */
final class EpochKeyFile {
  private static final byte[] TITLE = "caliepok".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;
  private static final int LIMIT = 4096;

  private EpochKeyFile() {}

  /** Writes the file as a whole or not at all. Durable on return. */
  static void write(
      final Disk disk, final Path file, final ContextId context, final List<Kept> keys)
      throws IOException {
    final BorshWriter out =
        new BorshWriter().fixed(TITLE).u8(FORMAT).hash(context.hash()).u8(keys.size());
    for (final Kept kept : keys) {
      final byte[] secret = kept.key().secret();
      out.u64(kept.epoch()).fixed(secret).value(Signature.CODEC, kept.signature());
      Arrays.fill(secret, (byte) 0);
    }
    final byte[] body = out.toByteArray();
    final byte[] content = new BorshWriter().fixed(body).u32(checksum(body)).toByteArray();
    Arrays.fill(body, (byte) 0);
    try {
      Durable.write(disk, file, content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * The keys in the file.
   *
   * @throws StorageException {@code PERMISSION}, {@code CORRUPT} or {@code NEWER_FORMAT}
   */
  static List<Kept> read(final Path file, final ContextId context) throws IOException {
    OwnerOnly.require(file);
    final byte[] content = Durable.read(file, LIMIT);
    try {
      return decode(file, context, content);
    } catch (final MalformedException e) {
      throw corrupt(file);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static List<Kept> decode(final Path file, final ContextId context, final byte[] content) {
    final BorshReader in = new BorshReader(content);
    if (!Arrays.equals(in.fixed(TITLE.length), TITLE)) {
      throw corrupt(file);
    }
    final int format = in.u8();
    if (format > FORMAT) {
      throw new StorageException(
          Code.NEWER_FORMAT, file + " is of the format " + format + ", newer than " + FORMAT);
    }
    final boolean same = new ContextId(in.hash()).equals(context);
    final int count = in.u8();
    if (format != FORMAT || !same || count > EpochKeyStore.MAX_KEYS) {
      throw corrupt(file);
    }
    final List<Kept> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final long epoch = in.count64();
      final byte[] secret = in.fixed(EpochKey.LENGTH);
      keys.add(new Kept(epoch, EpochKey.ofSecret(secret), in.value(Signature.CODEC)));
      Arrays.fill(secret, (byte) 0);
    }
    final int length = content.length - in.remaining();
    final int checksum = in.u32();
    in.expectEnd();
    final byte[] body = Arrays.copyOf(content, length);
    final boolean whole = checksum(body) == checksum;
    Arrays.fill(body, (byte) 0);
    if (!whole) {
      throw corrupt(file);
    }
    return keys;
  }

  private static int checksum(final byte[] bytes) {
    final CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static StorageException corrupt(final Path file) {
    return new StorageException(
        Code.CORRUPT, file + " is damaged; delete it, its keys are made or asked for anew");
  }
}
