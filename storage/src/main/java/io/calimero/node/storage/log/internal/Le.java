// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers in byte arrays. */
final class Le {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Le() {}

  static int getInt(final byte[] bytes, final int index) {
    return (int) INT.get(bytes, index);
  }

  static void putInt(final byte[] bytes, final int index, final int value) {
    INT.set(bytes, index, value);
  }

  static long getLong(final byte[] bytes, final int index) {
    return (long) LONG.get(bytes, index);
  }

  static void putLong(final byte[] bytes, final int index, final long value) {
    LONG.set(bytes, index, value);
  }
}
