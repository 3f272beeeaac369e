// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.util.Optional;

/**
 * What only the node of a call's author has. A call that uses it cannot be run by others. Asked on
 * the thread that runs the guest, as {@link StateReader} is.
 */
@FunctionalInterface
public interface AuthorSide {
  /** A node on which the author has stored nothing. */
  AuthorSide EMPTY = _ -> Optional.empty();

  /**
   * The value that the author's private storage has under the key. An exception thrown here ends
   * the call and reaches its caller as it is.
   */
  Optional<Bytes> privateRow(Bytes key);
}
