// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.StreamId;

/** What a scan finds in a segment, one after the other without a gap. Offsets are in bytes. */
sealed interface Item {
  /** Where it begins. */
  int offset();

  /** Where the next one begins. */
  int end();

  /** A frame that is whole. */
  record Good(int offset, FrameHeader header) implements Item {
    @Override
    public int end() {
      return offset + header.total();
    }
  }

  /** A frame that is not whole, of which header or trailer still say whose it was. */
  record Bad(int offset, int end, StreamId stream, long position, Kind kind, String what)
      implements Item {}

  /** Bytes of which nothing can be told. */
  record Hole(int offset, int end, String what) implements Item {}
}
