// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;

/**
 * How far a subscriber has come in the log of a context. What it keeps to go on after a restart.
 *
 * @param position the position of the last entry that it has dealt with; 0 before the first
 * @param hash the hash of that entry, which tells whether the log is still the same
 */
public record Cursor(long position, Hash hash) {
  /** Before the first entry. */
  public static final Cursor START = new Cursor(0, Hash.ZERO);

  /** After this entry. */
  public static Cursor after(final Entry.Logged entry) {
    return new Cursor(entry.entry().position(), entry.signed().hash());
  }
}
