// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import org.jspecify.annotations.Nullable;

/** What a frame on disk is. The codes are part of the format. */
public enum Kind {
  /** An entry of a stream. */
  ENTRY(1),
  /** The stream ends here; its entries are gone. */
  END(2),
  /** A repair: the stream goes on from the position named, what came after it is given up. */
  CUT(3),
  /** What an earlier opening found out about bytes that nobody can read any more. */
  NOTE(4),
  /** The stream begins behind this position: what stood before is not in this log. */
  BASE(5);

  private static final Kind[] ALL = values();

  private final int code;

  Kind(final int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable Kind of(final int code) {
    return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
  }
}
