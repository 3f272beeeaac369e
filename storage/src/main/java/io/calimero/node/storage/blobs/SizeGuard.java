// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

/** How many bytes a stream may bring. */
public sealed interface SizeGuard {

  /**
   * Neither more nor fewer.
   *
   * @param bytes how many
   */
  record Exactly(long bytes) implements SizeGuard {
    /** A number that is not negative. */
    public Exactly {
      check(bytes);
    }
  }

  /**
   * Not more.
   *
   * @param bytes how many
   */
  record AtMost(long bytes) implements SizeGuard {
    /** A number that is not negative. */
    public AtMost {
      check(bytes);
    }
  }

  private static void check(final long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a negative size: " + bytes);
    }
  }
}
