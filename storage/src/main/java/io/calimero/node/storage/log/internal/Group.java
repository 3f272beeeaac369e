// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Frames that become durable together, and who waits for them. */
final class Group {
  private final List<FrameRecord> frames;
  private final long[] locations;
  private final int bytes;
  private boolean durable;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  Group(final List<FrameRecord> frames, final int bytes) {
    this.frames = frames;
    this.bytes = bytes;
    locations = new long[frames.size()];
  }

  static Group of(final FrameRecord frame) {
    return new Group(List.of(frame), frame.total());
  }

  List<FrameRecord> frames() {
    return frames;
  }

  /** Where each frame was written. */
  long[] locations() {
    return locations;
  }

  /** How many bytes it takes on disk. */
  int bytes() {
    return bytes;
  }

  /** Says that it is on disk. */
  void markDurable() {
    durable = true;
  }

  boolean isDurable() {
    return durable;
  }

  CompletableFuture<Void> done() {
    return done;
  }
}
