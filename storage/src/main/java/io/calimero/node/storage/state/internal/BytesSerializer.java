// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import java.io.IOException;
import java.util.Arrays;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.serializer.GroupSerializerObjectArray;

/** Bytes behind their length as a 32-bit big-endian number, ordered as unsigned bytes. */
final class BytesSerializer extends GroupSerializerObjectArray<byte[]> {
  static final BytesSerializer INSTANCE = new BytesSerializer();

  private BytesSerializer() {}

  @Override
  public void serialize(final DataOutput2 out, final byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  @Override
  public byte[] deserialize(final DataInput2 in, final int available) throws IOException {
    final byte[] value = new byte[in.readInt()];
    in.readFully(value);
    return value;
  }

  @Override
  public int compare(final byte[] first, final byte[] second) {
    return Arrays.compareUnsigned(first, second);
  }

  @Override
  public boolean equals(final byte[] first, final byte[] second) {
    return Arrays.equals(first, second);
  }

  @Override
  public int hashCode(final byte[] value, final int seed) {
    return Arrays.hashCode(value) + seed;
  }
}
