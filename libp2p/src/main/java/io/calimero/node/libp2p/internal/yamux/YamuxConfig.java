// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import java.time.Duration;

/**
 * The bounds of a yamux session.
 *
 * @param maxStreams how many streams may be open, of both sides together
 * @param maxWindow to how many bytes the window of one stream may grow
 * @param windowBudget how many bytes all windows together may grow by, beyond the initial ones
 * @param maxQueued how many bytes a stream may have queued when another write is accepted
 * @param keepAlive how often the peer is pinged
 * @param answerWithin how long it may take to answer
 */
public record YamuxConfig(
    int maxStreams,
    int maxWindow,
    long windowBudget,
    int maxQueued,
    Duration keepAlive,
    Duration answerWithin) {

  /** The window of a new stream, by the specification. */
  public static final int INITIAL_WINDOW = 256 * 1024;

  /** What a node does well with. */
  public static final YamuxConfig DEFAULT =
      new YamuxConfig(
          256, 4 << 20, 16 << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(20));
}
