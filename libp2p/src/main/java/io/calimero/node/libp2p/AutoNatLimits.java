// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The bounds of telling others whether they can be dialled (AutoNAT). To dial an address that a
 * peer names costs whoever is there, so it is done seldom, and for another IP address than the
 * peer's own only after it has sent more bytes than the dial takes (version 2; never in version 1).
 *
 * @param requestsPerMinute how many requests are served in a minute
 * @param requestsPerPeer how many of them one peer may make
 * @param dials how many dials may be under way
 * @param dialDataAtLeast for another IP address at least so many bytes
 * @param dialDataAtMost and at most so many
 * @param dialTime how long one dial may take
 * @param privateAddresses whether addresses are dialled that the Internet does not route: for
 *     networks of one's own
 */
public record AutoNatLimits(
    int requestsPerMinute,
    int requestsPerPeer,
    int dials,
    int dialDataAtLeast,
    int dialDataAtMost,
    Duration dialTime,
    boolean privateAddresses) {

  /** What a node on the Internet does well with. */
  public static final AutoNatLimits DEFAULT =
      new AutoNatLimits(60, 3, 16, 30_000, 100_000, Duration.ofSeconds(10), false);

  /** Checks that the bounds are some. */
  public AutoNatLimits {
    if (dialDataAtLeast < 1 || dialDataAtMost < dialDataAtLeast) {
      throw new IllegalArgumentException(
          "Not a range of bytes: " + dialDataAtLeast + " to " + dialDataAtMost);
    }
  }

  /** These limits, and private addresses are dialled too. */
  public AutoNatLimits withPrivateAddresses() {
    return new AutoNatLimits(
        requestsPerMinute, requestsPerPeer, dials, dialDataAtLeast, dialDataAtMost, dialTime, true);
  }

  /** These limits with other numbers of requests, in all and by one peer. */
  public AutoNatLimits withRequests(final int inAll, final int byOnePeer) {
    return new AutoNatLimits(
        inAll, byOnePeer, dials, dialDataAtLeast, dialDataAtMost, dialTime, privateAddresses);
  }
}
