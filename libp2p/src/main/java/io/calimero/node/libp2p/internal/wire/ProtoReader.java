// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.calimero.node.libp2p.MalformedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the fields of one protobuf message.
 *
 * <p>The records of the protocols are filled by hand from these fields instead of by generated
 * classes, because the number of repeated fields can then be bounded while they are read: a frame
 * of empty fields would otherwise grow thirtyfold in memory.
 *
 * <pre>{@code
 * while (in.next()) {
 *   switch (in.field()) {
 *     case 1 -> key = in.bytes();
 *     default -> in.skip();
 *   }
 * }
 * }</pre>
 */
public final class ProtoReader {
  private final CodedInputStream in;
  private final String message;
  private int tag;

  /** Reads the fields of {@code bytes}; {@code message} is its name in errors. */
  public ProtoReader(final String message, final byte[] bytes) {
    this.message = message;
    in = CodedInputStream.newInstance(bytes);
  }

  /** Reads the fields of {@code bytes}; {@code message} is its name in errors. */
  public ProtoReader(final String message, final ByteString bytes) {
    this.message = message;
    in = bytes.newCodedInput();
  }

  /** Goes to the next field; false at the end. */
  public boolean next() {
    try {
      tag = in.readTag();
      return tag != 0;
    } catch (final IOException e) {
      throw malformed(e);
    }
  }

  /** The number of the field that {@link #next} went to. */
  public int field() {
    return WireFormat.getTagFieldNumber(tag);
  }

  /** The field's value as bytes. */
  public ByteString bytes() {
    expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
    try {
      return in.readBytes();
    } catch (final IOException e) {
      throw malformed(e);
    }
  }

  /** The field's value as text, which must be UTF-8. */
  public String string() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes().asReadOnlyByteBuffer()).toString();
    } catch (final CharacterCodingException e) {
      throw malformed(e);
    }
  }

  /** The field's value as an unsigned or two's complement number of 64 bits. */
  public long varint() {
    expect(WireFormat.WIRETYPE_VARINT);
    try {
      return in.readRawVarint64();
    } catch (final IOException e) {
      throw malformed(e);
    }
  }

  /** The field's value as a number of 64 bits that always takes eight bytes. */
  public long fixed64() {
    expect(WireFormat.WIRETYPE_FIXED64);
    try {
      return in.readRawLittleEndian64();
    } catch (final IOException e) {
      throw malformed(e);
    }
  }

  /** The field's value as a number of 32 bits, cut to them as protobuf does. */
  public int number() {
    return (int) varint();
  }

  /** The field's value as a truth value. */
  public boolean bool() {
    return varint() != 0;
  }

  /** Passes over the field. */
  public void skip() {
    try {
      if (!in.skipField(tag)) {
        throw new MalformedException(message + ": a group ends that did not begin");
      }
    } catch (final IOException e) {
      throw malformed(e);
    }
  }

  /** Refuses the message if a repeated field has had {@code max} values already. */
  public void bound(final int size, final int max) {
    if (size >= max) {
      throw new MalformedException(message + ": field " + field() + " comes more than " + max);
    }
  }

  private void expect(final int wireType) {
    if (WireFormat.getTagWireType(tag) != wireType) {
      throw new MalformedException(message + ": field " + field() + " is of another type");
    }
  }

  private MalformedException malformed(final IOException cause) {
    return new MalformedException(message + ": " + cause.getMessage(), cause);
  }
}
