// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the state that the node keeps for host functions: a prefix, a letter for what it is,
 * then what names it. Guests reach them through those functions only.
 */
final class Reserved {
  /** The ordered index. */
  static final char INDEX = 'i';

  /** The marks beside the index. */
  static final char INDEX_MARK = 'm';

  /** The names of contexts that this one made. */
  static final char ALIAS = 'a';

  /** The contexts that this one made. */
  static final char CHILD = 'c';

  /** The document of applications in JavaScript. */
  static final char DOCUMENT = 'd';

  /** Their collections: the kind of a collection, its identifier, the key within. */
  static final char COLLECTION = 'j';

  private static final byte[] PREFIX = "\0calimero\0".getBytes(StandardCharsets.US_ASCII);

  private Reserved() {}

  /** Whether a key is one of these. */
  static boolean isReserved(final Bytes key) {
    final byte[] bytes = key.unsafeArray();
    if (bytes.length < PREFIX.length || bytes[0] != 0) {
      return false;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (bytes[i] != PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  /** The key of what is named by the parts one after the other. */
  static Bytes key(final char kind, final byte[]... parts) {
    int length = PREFIX.length + 1;
    for (final byte[] part : parts) {
      length += part.length;
    }
    final byte[] key = new byte[length];
    System.arraycopy(PREFIX, 0, key, 0, PREFIX.length);
    key[PREFIX.length] = (byte) kind;
    int at = PREFIX.length + 1;
    for (final byte[] part : parts) {
      System.arraycopy(part, 0, key, at, part.length);
      at += part.length;
    }
    return Bytes.wrap(key);
  }

  /** The first key behind all those that begin so. */
  static Bytes behind(final Bytes prefix) {
    final byte[] bytes = prefix.toByteArray();
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] != (byte) 0xff) {
        bytes[i]++;
        return Bytes.wrap(Arrays.copyOf(bytes, i + 1));
      }
    }
    throw new IllegalArgumentException("nothing is behind this prefix");
  }

  /** What a key names beyond so many bytes. */
  static byte[] rest(final Bytes key, final int from) {
    return Arrays.copyOfRange(key.unsafeArray(), from, key.length());
  }

  /** How many bytes stand before what is named. */
  static int length() {
    return PREFIX.length + 1;
  }
}
