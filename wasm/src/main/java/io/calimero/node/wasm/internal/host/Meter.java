// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.util.Optional;

/** Is told of work for a call that neither the state nor the guest's memory sees. */
public interface Meter {
  /**
   * A row that the call has written itself is gone through. Ends the call if there is no gas for
   * that.
   *
   * @param value what it wrote; none if it removed the row
   */
  void passed(Bytes key, Optional<Bytes> value);

  /** So many bytes of something that is no row are put together for the guest. */
  void listed(long bytes);
}
