// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import java.time.Duration;

/** Checks of options, all in the same words. */
final class Checks {
  private Checks() {}

  static void atLeast(final String name, final long value, final long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }
  }

  static void positive(final String name, final Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than nothing, not " + value);
    }
  }
}
