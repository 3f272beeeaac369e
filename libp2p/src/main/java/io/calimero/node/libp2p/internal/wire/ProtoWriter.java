// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes the fields of one protobuf message, in the order of the calls. */
public final class ProtoWriter {
  /** Messages are short and nested; the 4 KiB of the default would be most of what they cost. */
  private static final int BUFFER = 256;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER);

  /** Appends a field of bytes. */
  public ProtoWriter bytes(final int field, final byte[] value) {
    return append(() -> out.writeByteArray(field, value));
  }

  /** Appends a field of bytes. */
  public ProtoWriter bytes(final int field, final ByteString value) {
    return append(() -> out.writeBytes(field, value));
  }

  /** Appends a field of text. */
  public ProtoWriter string(final int field, final String value) {
    return append(() -> out.writeString(field, value));
  }

  /** Appends a number. */
  public ProtoWriter varint(final int field, final long value) {
    return append(() -> out.writeUInt64(field, value));
  }

  /** Appends a number in eight bytes. */
  public ProtoWriter fixed64(final int field, final long value) {
    return append(() -> out.writeFixed64(field, value));
  }

  /** Appends a truth value. */
  public ProtoWriter bool(final int field, final boolean value) {
    return append(() -> out.writeBool(field, value));
  }

  /** The message's bytes. */
  public byte[] encode() {
    append(out::flush);
    return bytes.toByteArray();
  }

  private ProtoWriter append(final Write write) {
    try {
      write.run();
      return this;
    } catch (final IOException e) {
      throw new UncheckedIOException("Memory cannot be written to", e);
    }
  }

  private interface Write {
    void run() throws IOException;
  }
}
