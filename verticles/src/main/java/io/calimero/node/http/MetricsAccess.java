// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

/** Who can read {@code /metrics}. */
public enum MetricsAccess {
  /** Nobody: there is no such path. */
  NOBODY,
  /**
   * Programs on this machine. A request that says that it was forwarded is not one of them, so that
   * a proxy on this machine does not open it to the world by accident.
   */
  LOOPBACK,
  /** Whoever reaches the port. */
  ALL
}
