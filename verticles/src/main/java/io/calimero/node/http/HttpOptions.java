// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import java.util.List;

/**
 * How the HTTP face is served.
 *
 * @param hosts the addresses to listen on, at least one; an address that this machine does not have
 *     is left out with a warning as long as another one remains
 * @param port the port on all of them; 0 for one that is free
 * @param limits what clients may take
 * @param cors which web pages may call
 * @param metrics who can read the metrics
 * @param push what clients that are told of events may take
 */
public record HttpOptions(
    List<String> hosts,
    int port,
    HttpLimits limits,
    CorsOptions cors,
    MetricsAccess metrics,
    PushLimits push) {
  private static final int MAX_PORT = 65_535;

  /** What the reference listens on: port 2528 of this machine alone. */
  public static final HttpOptions DEFAULT =
      new HttpOptions(
          List.of("127.0.0.1"),
          2528,
          HttpLimits.DEFAULT,
          CorsOptions.ANY,
          MetricsAccess.LOOPBACK,
          PushLimits.DEFAULT);

  /**
   * Options; the hosts are copied.
   *
   * @throws IllegalArgumentException if there is no host, or the port is none
   */
  public HttpOptions {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("no address to listen on");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("no port: " + port);
    }
  }

  /** Options of which programs on this machine can read the metrics. */
  public HttpOptions(
      final List<String> hosts, final int port, final HttpLimits limits, final CorsOptions cors) {
    this(hosts, port, limits, cors, MetricsAccess.LOOPBACK, PushLimits.DEFAULT);
  }

  /** The same with another port. */
  public HttpOptions withPort(final int other) {
    return new HttpOptions(hosts, other, limits, cors, metrics, push);
  }

  /** The same with other limits. */
  public HttpOptions withLimits(final HttpLimits other) {
    return new HttpOptions(hosts, port, other, cors, metrics, push);
  }

  /** The same with other limits of what is pushed. */
  public HttpOptions withPush(final PushLimits other) {
    return new HttpOptions(hosts, port, limits, cors, metrics, other);
  }
}
