// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import java.time.Duration;

/**
 * What clients may take of one verticle. Beyond it a connection is closed, or a request is refused
 * with 408, 413, 431 or 503.
 *
 * @param connections how many at once; more are closed as they arrive
 * @param requestsInFlight how many requests are worked on at once
 * @param bodySize the bytes of one body
 * @param bufferedBytes the bytes of all bodies that are in memory at once
 * @param headerSize the bytes of one request's headers
 * @param headTime how long a new connection may take to send the head of its first request
 * @param idleTime how long a connection may wait before the head of its next request is there
 * @param bodyTime how long a body may take to arrive
 * @param responseTime how long a client may take to read a response
 * @param stopTime how long a stop waits for what is under way
 */
public record HttpLimits(
    int connections,
    int requestsInFlight,
    int bodySize,
    long bufferedBytes,
    int headerSize,
    Duration headTime,
    Duration idleTime,
    Duration bodyTime,
    Duration responseTime,
    Duration stopTime) {
  private static final int MIB = 1024 * 1024;

  /** What a node gets when its configuration names nothing else. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          4096,
          2048,
          16 * MIB,
          256L * MIB,
          16 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(3));

  /**
   * Limits, all of them positive.
   *
   * @throws IllegalArgumentException if one is not
   */
  public HttpLimits {
    if (connections <= 0
        || requestsInFlight <= 0
        || bodySize <= 0
        || bufferedBytes <= 0
        || headerSize <= 0) {
      throw new IllegalArgumentException("a limit of the HTTP server that is not positive");
    }
    if (!headTime.isPositive()
        || !idleTime.isPositive()
        || !bodyTime.isPositive()
        || !responseTime.isPositive()
        || !stopTime.isPositive()) {
      throw new IllegalArgumentException("a time limit of the HTTP server that is not positive");
    }
  }
}
