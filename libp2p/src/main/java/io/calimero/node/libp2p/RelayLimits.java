// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The bounds of a relay (circuit relay v2). A peer has one reservation at most.
 *
 * @param reservations how many peers may have one
 * @param reservationsPerAddress how many from one IP address
 * @param circuits how many there may be
 * @param circuitsPerPeer how many from, and how many to, one peer
 * @param requestsPerMinute how many requests one peer may make
 * @param reservationTime how long a reservation holds unless it is renewed
 * @param circuitTime how long a circuit lasts; zero for as long as its ends like
 * @param circuitBytes how many bytes it carries in each direction; 0 for any number
 */
public record RelayLimits(
    int reservations,
    int reservationsPerAddress,
    int circuits,
    int circuitsPerPeer,
    int requestsPerMinute,
    Duration reservationTime,
    Duration circuitTime,
    long circuitBytes) {

  /** What an open relay can afford: peers can agree through it on how to meet without it. */
  public static final RelayLimits DEFAULT =
      new RelayLimits(128, 8, 256, 16, 60, Duration.ofHours(1), Duration.ofMinutes(2), 128 << 10);

  /** These limits with others for a circuit; zero and 0 for none, as among peers one knows. */
  public RelayLimits withCircuit(final Duration time, final long bytes) {
    return new RelayLimits(
        reservations,
        reservationsPerAddress,
        circuits,
        circuitsPerPeer,
        requestsPerMinute,
        reservationTime,
        time,
        bytes);
  }

  /** These limits with other numbers of reservations, in all and from one address. */
  public RelayLimits withReservations(final int inAll, final int perAddress, final Duration time) {
    return new RelayLimits(
        inAll,
        perAddress,
        circuits,
        circuitsPerPeer,
        requestsPerMinute,
        time,
        circuitTime,
        circuitBytes);
  }

  /** These limits with other numbers of circuits, and of requests in a minute. */
  public RelayLimits withCircuits(final int inAll, final int perPeer, final int requests) {
    return new RelayLimits(
        reservations,
        reservationsPerAddress,
        inAll,
        perPeer,
        requests,
        reservationTime,
        circuitTime,
        circuitBytes);
  }
}
