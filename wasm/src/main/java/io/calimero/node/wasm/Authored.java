// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.WriteSet;

/**
 * What a call did with what only its author's node has, and what it found that is no row.
 *
 * @param used whether it used any of it, so that nobody else can run it
 * @param privateWrites what it changed in the author's private storage; counts only if the call is
 *     ordered
 * @param membersSeen whether it asked who is a member
 */
public record Authored(boolean used, WriteSet privateWrites, boolean membersSeen) {
  /** Nothing of it was used. */
  public static final Authored NOTHING = new Authored(false, WriteSet.EMPTY, false);
}
