// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.netty.buffer.ByteBuf;

/** Where a session's frames go. All calls come from the session's thread. */
public interface FrameSink {
  /** An empty buffer for a frame of {@code size} bytes. */
  ByteBuf allocate(int size);

  /** Takes a frame; it may wait for {@link #flush}. */
  void write(ByteBuf frame);

  /** Sends what was written. */
  void flush();

  /** Whether more data should be written now; when that changes the session is told. */
  boolean writable();

  /** The session has ended; sends what was written and closes what is below. */
  void close();
}
