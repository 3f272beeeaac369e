// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The bounds of a rendezvous point.
 *
 * @param registrations how many there may be
 * @param registrationsPerPeer how many of one peer
 * @param recordBytes how long a signed peer record may be
 * @param page how many registrations one answer has
 * @param requestsPerMinute how many requests one peer may make
 * @param shortest the shortest lifetime of a registration
 * @param usual its lifetime if the peer does not say
 * @param longest the longest
 */
public record RendezvousLimits(
    int registrations,
    int registrationsPerPeer,
    int recordBytes,
    int page,
    int requestsPerMinute,
    Duration shortest,
    Duration usual,
    Duration longest) {

  /** What a node does well with; the lifetimes are those of the specification. */
  public static final RendezvousLimits DEFAULT =
      new RendezvousLimits(
          10_000,
          32,
          4096,
          100,
          120,
          Duration.ofMinutes(1),
          Duration.ofHours(2),
          Duration.ofHours(72));

  /** These limits with other numbers of registrations, in all and of one peer. */
  public RendezvousLimits withRegistrations(final int inAll, final int ofOnePeer) {
    return new RendezvousLimits(
        inAll, ofOnePeer, recordBytes, page, requestsPerMinute, shortest, usual, longest);
  }

  /** These limits with other numbers of registrations in an answer, and of requests. */
  public RendezvousLimits withRequests(final int inAnAnswer, final int inAMinute) {
    return new RendezvousLimits(
        registrations,
        registrationsPerPeer,
        recordBytes,
        inAnAnswer,
        inAMinute,
        shortest,
        usual,
        longest);
  }
}
