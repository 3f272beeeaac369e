// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.MalformedException;

/** Checks of format numbers and alternatives, said in the same words everywhere. */
final class Formats {
  private Formats() {}

  static void expect(final String what, final int expected, final int found) {
    if (found != expected) {
      throw new MalformedException(what + " of format " + found + ", not " + expected);
    }
  }

  static MalformedException unknown(final String what, final int tag) {
    return new MalformedException(what + " of an unknown kind: " + tag);
  }
}
