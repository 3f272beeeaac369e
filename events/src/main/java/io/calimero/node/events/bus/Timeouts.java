// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import java.time.Duration;

/** How long commands are waited for. */
final class Timeouts {
  /** What is in memory or one look away. */
  static final Duration SHORT = Duration.ofSeconds(10);

  /** What runs an application, or waits for the disk or another node. */
  static final Duration CALL = Duration.ofSeconds(60);

  /** What fetches or executes much. */
  static final Duration LONG = Duration.ofMinutes(5);

  private Timeouts() {}
}
