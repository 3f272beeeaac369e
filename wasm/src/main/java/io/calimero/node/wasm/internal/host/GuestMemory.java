// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

/** The linear memory of a guest. The ranges have been checked by the caller. */
public interface GuestMemory {
  /** Its size in bytes at the moment. It never shrinks. */
  long size();

  /** Copies out of it. */
  void read(long address, byte[] target, int offset, int length);

  /** Copies into it. */
  void write(long address, byte[] source, int offset, int length);
}
