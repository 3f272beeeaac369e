// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamId;

/** A frame to be written, of any kind. */
record FrameRecord(
    Kind kind, StreamId stream, long position, Hash prior, Hash hash, Bytes payload) {

  static FrameRecord entry(final Frame frame) {
    return new FrameRecord(
        Kind.ENTRY, frame.stream(), frame.position(), frame.prior(), frame.hash(), frame.payload());
  }

  static FrameRecord base(final StreamBase base) {
    return new FrameRecord(
        Kind.BASE, base.stream(), base.position(), Hash.ZERO, base.hash(), base.payload());
  }

  int total() {
    return FrameFormat.total(payload.length());
  }
}
