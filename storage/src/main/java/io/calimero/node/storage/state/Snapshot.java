// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;

/**
 * The state of a context at a position, as read from disk. The file behind it stays readable while
 * the view, or one made from it, is held; letting go of them frees it.
 *
 * @param context whose
 * @param position behind which entry of the log
 * @param entryHash the hash of that entry
 * @param attachment what the caller gave along
 * @param view the state; its root is that of the manifest
 */
public record Snapshot(
    ContextId context, long position, Hash entryHash, Bytes attachment, StateView view) {

  /** The state root. */
  public Hash root() {
    return view.root();
  }
}
