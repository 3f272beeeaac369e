// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.MalformedException;
import java.util.Arrays;

/**
 * Reads DER (X.690) one value after another, without going into those that nobody asks for. Own,
 * because the libraries refuse whole certificates for what does not matter here.
 */
final class DerReader {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int at;

  DerReader(final byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(final byte[] bytes, final int at, final int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The tag of an optional part that a structure numbers. */
  static int numbered(final int number) {
    return 0xa0 | number;
  }

  /** The tag of what comes next, -1 at the end. */
  int next() {
    return at < end ? bytes[at] & 0xff : -1;
  }

  /** What is inside of the next value. */
  DerReader enter(final int tag) {
    if (next() != tag) {
      throw new MalformedException("DER has the tag " + next() + " where " + tag + " belongs");
    }
    at++;
    final int length = length();
    if (length > end - at) {
      throw new MalformedException("A DER value is cut short");
    }
    at += length;
    return new DerReader(bytes, at - length, at);
  }

  /** The bytes inside of the next value. */
  byte[] content(final int tag) {
    final DerReader inside = enter(tag);
    return Arrays.copyOfRange(bytes, inside.at, inside.end);
  }

  /** The next value with its tag and length. */
  byte[] whole(final int tag) {
    final int start = at;
    enter(tag);
    return Arrays.copyOfRange(bytes, start, at);
  }

  /** Passes over the next value if it has this tag. */
  void optional(final int tag) {
    if (next() == tag) {
      enter(tag);
    }
  }

  void end() {
    if (at != end) {
      throw new MalformedException("There is more in a DER value than belongs there");
    }
  }

  private int length() {
    final int first = octet();
    if (first < 0x80) {
      return first;
    }
    final int count = first & 0x7f;
    if (count < 1 || count > 3) {
      throw new MalformedException("A DER length of " + count + " bytes");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | octet();
    }
    if (length < 0x80 || (length >>> (8 * (count - 1))) == 0) {
      throw new MalformedException("A DER length that could be shorter");
    }
    return length;
  }

  private int octet() {
    if (at >= end) {
      throw new MalformedException("A DER value is cut short");
    }
    return bytes[at++] & 0xff;
  }
}
