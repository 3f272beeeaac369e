// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The bounds of a host.
 *
 * @param connections how many connections there may be
 * @param connectionsPerPeer how many to one peer
 * @param connectionsPerAddress how many from one IP address that are not from this machine
 * @param handshakes how many inbound connections may be shaking hands
 * @param streamsPerConnection how many streams may be open on a connection
 * @param windowPerStream to how many bytes a stream's receive window may grow; 256 KiB at least
 * @param windowPerConnection by how many bytes the windows of a connection may grow in all
 * @param queuedPerStream how many unsent bytes a stream takes before it refuses another write
 * @param handshakeTime how long a connection may take until streams can be opened
 * @param negotiationTime how long a stream may take until its protocol is agreed
 * @param dialTime how long connecting to one address may take
 * @param idleTime after how long without streams a connection is closed
 * @param keepAlive how often a silent peer is asked whether it is there
 * @param answerTime how long it may take to answer that
 */
public record HostLimits(
    int connections,
    int connectionsPerPeer,
    int connectionsPerAddress,
    int handshakes,
    int streamsPerConnection,
    int windowPerStream,
    long windowPerConnection,
    int queuedPerStream,
    Duration handshakeTime,
    Duration negotiationTime,
    Duration dialTime,
    Duration idleTime,
    Duration keepAlive,
    Duration answerTime) {

  /** What a node does well with. */
  public static final HostLimits DEFAULT =
      new HostLimits(
          1024,
          4,
          64,
          256,
          256,
          4 << 20,
          16L << 20,
          1 << 20,
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20));

  /** These limits with another number of connections, in all and from one address. */
  public HostLimits withConnections(final int inAll, final int perPeer, final int perAddress) {
    return new HostLimits(
        inAll,
        perPeer,
        perAddress,
        handshakes,
        streamsPerConnection,
        windowPerStream,
        windowPerConnection,
        queuedPerStream,
        handshakeTime,
        negotiationTime,
        dialTime,
        idleTime,
        keepAlive,
        answerTime);
  }

  /** These limits with other times. */
  public HostLimits withTimes(
      final Duration handshake, final Duration negotiation, final Duration idle) {
    return new HostLimits(
        connections,
        connectionsPerPeer,
        connectionsPerAddress,
        handshakes,
        streamsPerConnection,
        windowPerStream,
        windowPerConnection,
        queuedPerStream,
        handshake,
        negotiation,
        dialTime,
        idle,
        keepAlive,
        answerTime);
  }

  /** These limits with other numbers of handshakes and streams. */
  public HostLimits withHandshakesAndStreams(final int pending, final int streams) {
    return new HostLimits(
        connections,
        connectionsPerPeer,
        connectionsPerAddress,
        pending,
        streams,
        windowPerStream,
        windowPerConnection,
        queuedPerStream,
        handshakeTime,
        negotiationTime,
        dialTime,
        idleTime,
        keepAlive,
        answerTime);
  }

  /** These limits with another time for connecting to an address. */
  public HostLimits withDialTime(final Duration dial) {
    return new HostLimits(
        connections,
        connectionsPerPeer,
        connectionsPerAddress,
        handshakes,
        streamsPerConnection,
        windowPerStream,
        windowPerConnection,
        queuedPerStream,
        handshakeTime,
        negotiationTime,
        dial,
        idleTime,
        keepAlive,
        answerTime);
  }

  /** These limits with other times for peers that are silent. */
  public HostLimits withKeepAlive(final Duration every, final Duration answer) {
    return new HostLimits(
        connections,
        connectionsPerPeer,
        connectionsPerAddress,
        handshakes,
        streamsPerConnection,
        windowPerStream,
        windowPerConnection,
        queuedPerStream,
        handshakeTime,
        negotiationTime,
        dialTime,
        idleTime,
        every,
        answer);
  }
}
