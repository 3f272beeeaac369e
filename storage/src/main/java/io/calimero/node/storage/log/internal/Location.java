// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

/** Where a frame begins, as one number that grows along the log: segment times 2^32 plus offset. */
final class Location {
  /** No location: segments count from 1. */
  static final long NONE = 0;

  private Location() {}

  static long of(final long segment, final int offset) {
    return (segment << 32) | offset;
  }

  static long segment(final long location) {
    return location >>> 32;
  }

  static int offset(final long location) {
    return (int) location;
  }
}
