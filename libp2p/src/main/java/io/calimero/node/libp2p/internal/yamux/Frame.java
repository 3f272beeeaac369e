// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * The header of a yamux frame: version, type, flags, stream, length; twelve bytes, big-endian.
 *
 * @param type one of the four below
 * @param flags a sum of the flags below
 * @param stream 0 for the session itself
 * @param length of the data that follows, or the type's own number
 */
record Frame(int type, int flags, long stream, long length) {
  static final int SIZE = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  static final int NORMAL = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int INTERNAL_ERROR = 2;

  boolean has(final int flag) {
    return (flags & flag) != 0;
  }

  void write(final ByteBuf out) {
    out.writeByte(0)
        .writeByte(type)
        .writeShort(flags)
        .writeInt((int) stream)
        .writeInt((int) length);
  }

  /** Reads a header, all of which must be there. */
  static Frame read(final ByteBuf in) {
    final int version = in.readUnsignedByte();
    final int type = in.readUnsignedByte();
    final int flags = in.readUnsignedShort();
    if (version != 0 || type > GO_AWAY) {
      throw new MalformedException("A yamux frame of version " + version + " and type " + type);
    }
    return new Frame(type, flags, in.readUnsignedInt(), in.readUnsignedInt());
  }
}
