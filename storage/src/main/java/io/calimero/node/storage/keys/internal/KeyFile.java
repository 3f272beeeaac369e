// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.keys.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.internal.Durable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A key pair in a file of four lines: what it is and its format, the public key, the secret, and a
 * CRC-32C over the lines before. Messages never hold anything of its content.
 */
final class KeyFile {
  private static final String TITLE = "calimero-key";
  private static final String FORMAT = "1";
  private static final String PUBLIC = "public ";
  private static final String SECRET = "secret ";
  private static final String CHECKSUM = "crc32c ";
  private static final int LINES = 4;
  private static final int LIMIT = 4096;

  private KeyFile() {}

  /** Writes the file as a whole or not at all. Durable on return. */
  static void write(final Disk disk, final Path file, final KeyPair pair) throws IOException {
    final String body =
        TITLE
            + " "
            + FORMAT
            + "\n"
            + PUBLIC
            + pair.publicKey()
            + "\n"
            + SECRET
            + pair.secret()
            + "\n";
    Durable.write(
        disk, file, (body + CHECKSUM + checksum(body) + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The pair in the file.
   *
   * @throws StorageException {@code PERMISSION}, {@code CORRUPT} or {@code NEWER_FORMAT}
   */
  static KeyPair read(final Path file) throws IOException {
    OwnerOnly.require(file);
    final String text = new String(Durable.read(file, LIMIT), StandardCharsets.US_ASCII);
    final List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith(TITLE + " ")) {
      throw corrupt(file, "is not a key file");
    }
    final String format = lines.getFirst().substring(TITLE.length() + 1);
    if (!format.equals(FORMAT) && format.matches("[0-9]{1,9}")) {
      throw new StorageException(
          Code.NEWER_FORMAT, file + " is a key file of the format " + format + ", newer than 1");
    }
    if (lines.size() != LINES
        || !lines.get(1).startsWith(PUBLIC)
        || !lines.get(2).startsWith(SECRET)
        || !text.endsWith("\n" + CHECKSUM + checksum(body(lines)) + "\n")) {
      throw corrupt(file, "is damaged");
    }
    return pair(file, lines.get(1).substring(PUBLIC.length()), lines.get(2));
  }

  private static KeyPair pair(final Path file, final String publicKey, final String secret) {
    try {
      final KeyPair pair = KeyPair.ofSecret(Hash.parse(secret.substring(SECRET.length())));
      if (!pair.publicKey().equals(PublicKey.parse(publicKey))) {
        throw corrupt(file, "has a public key that is not that of its secret");
      }
      return pair;
    } catch (final MalformedException e) {
      throw corrupt(file, "has a key that is none");
    }
  }

  private static String body(final List<String> lines) {
    return String.join("\n", lines.subList(0, LINES - 1)) + "\n";
  }

  private static String checksum(final String body) {
    final CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static StorageException corrupt(final Path file, final String how) {
    return new StorageException(
        Code.CORRUPT, file + " " + how + "; put back a copy of it, it cannot be made anew");
  }
}
