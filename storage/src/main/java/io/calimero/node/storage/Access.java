// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage;

/** What the opener of a store may do with it. */
public enum Access {
  /** Everything. Only the process that holds the lock of the home may ask for it. */
  READ_WRITE,
  /**
   * Nothing but reading, and without the lock: nothing is created, mended or cleaned up. For tools
   * that look at a home.
   */
  READ_ONLY;

  /** Refuses to go on where only reading is allowed. */
  public void requireWrite(final String what) {
    if (this == READ_ONLY) {
      throw new StorageException(
          StorageException.Code.PERMISSION, what + " was opened for reading only");
    }
  }
}
