// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.storage.state.StateEntry;
import java.util.Iterator;

/** Compares states entry by entry. */
final class Entries {
  private Entries() {}

  /** Whether both give the same entries in the same order. */
  static boolean same(final Iterator<StateEntry> first, final Iterator<StateEntry> second) {
    while (first.hasNext() && second.hasNext()) {
      if (!first.next().equals(second.next())) {
        return false;
      }
    }
    return first.hasNext() == second.hasNext();
  }
}
