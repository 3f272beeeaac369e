// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.internal.host.GuestMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.graalvm.polyglot.Value;

/**
 * The memory of an instance. The polyglot interface reads in bulk and writes eight bytes at once.
 */
record PolyglotMemory(Value memory) implements GuestMemory {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  @Override
  public long size() {
    return memory.getBufferSize();
  }

  @Override
  public void read(final long address, final byte[] target, final int offset, final int length) {
    memory.readBuffer(address, target, offset, length);
  }

  @Override
  public void write(final long address, final byte[] source, final int offset, final int length) {
    int done = 0;
    for (; done <= length - Long.BYTES; done += Long.BYTES) {
      memory.writeBufferLong(
          ByteOrder.LITTLE_ENDIAN, address + done, (long) LONG.get(source, offset + done));
    }
    for (; done < length; done++) {
      memory.writeBufferByte(address + done, source[offset + done]);
    }
  }
}
