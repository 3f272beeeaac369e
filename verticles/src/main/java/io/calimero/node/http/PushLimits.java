// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import java.time.Duration;

/**
 * What clients that are told of events may take of one verticle, by WebSocket ({@code /ws}) and by
 * server-sent events ({@code /sse}).
 *
 * @param sockets how many WebSockets at once; more are answered with 503
 * @param streams how many streams of server-sent events at once; more are answered with 503
 * @param sessions how many sessions of server-sent events are remembered; beyond it the one that
 *     has been without a stream for longest is forgotten
 * @param subscriptionsPerClient the contexts that one socket or session may be subscribed to
 * @param subscriptions the subscriptions of all clients together
 * @param messageSize the bytes of one message of a WebSocket client, compressed or not
 * @param calls how many messages of one WebSocket are worked on at once; more get {@code Busy}
 * @param unsent the bytes that wait for one client; then events are left in the log until it reads;
 *     with eight times as much in answers a WebSocket is closed
 * @param pingEvery how often a WebSocket is asked for a sign of life
 * @param pongTime how long it has for one
 * @param commentEvery how often a stream without events is written to, so that nobody on the way
 *     takes it for dead
 * @param stallTime how long a client for whom something waits may read nothing at all
 * @param sessionTime how long a session without a stream is remembered
 */
public record PushLimits(
    int sockets,
    int streams,
    int sessions,
    int subscriptionsPerClient,
    int subscriptions,
    int messageSize,
    int calls,
    int unsent,
    Duration pingEvery,
    Duration pongTime,
    Duration commentEvery,
    Duration stallTime,
    Duration sessionTime) {
  private static final int KIB = 1024;

  /** What a node gets when its configuration names nothing else. */
  public static final PushLimits DEFAULT =
      new PushLimits(
          1024,
          1024,
          4096,
          1024,
          65_536,
          256 * KIB,
          256,
          256 * KIB,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofHours(24));

  /**
   * Limits, all of them positive.
   *
   * @throws IllegalArgumentException if one is not
   */
  public PushLimits {
    if (sockets <= 0
        || streams <= 0
        || sessions <= 0
        || subscriptionsPerClient <= 0
        || subscriptions <= 0
        || messageSize <= 0
        || calls <= 0
        || unsent <= 0) {
      throw new IllegalArgumentException("a limit of what is pushed that is not positive");
    }
    if (!pingEvery.isPositive()
        || !pongTime.isPositive()
        || !commentEvery.isPositive()
        || !stallTime.isPositive()
        || !sessionTime.isPositive()) {
      throw new IllegalArgumentException("a time limit of what is pushed that is not positive");
    }
  }
}
