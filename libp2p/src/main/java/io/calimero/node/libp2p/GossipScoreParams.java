// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The parameters of peer scoring (gossipsub 1.1, "The Score Function"); the same for every topic.
 *
 * @param topicWeight the weight of each topic
 * @param topicCap the most that all topics together can add
 * @param timeInMeshWeight P1
 * @param timeInMeshQuantum in which steps time in the mesh is counted
 * @param timeInMeshCap the most steps that count
 * @param firstDeliveryWeight P2
 * @param firstDeliveryDecay per decay interval
 * @param firstDeliveryCap the most that count
 * @param meshDeliveryWeight P3, zero or negative; zero leaves P3 and P3b out
 * @param meshDeliveryDecay per decay interval
 * @param meshDeliveryCap the most that count
 * @param meshDeliveryThreshold how many are expected
 * @param meshDeliveryWindow for how long after the first a delivery counts
 * @param meshDeliveryActivation how long a peer is in the mesh before they are expected
 * @param meshFailureWeight P3b, zero or negative
 * @param meshFailureDecay per decay interval
 * @param invalidWeight P4, negative
 * @param invalidDecay per decay interval
 * @param applicationWeight P5
 * @param colocationWeight P6, zero or negative
 * @param colocationThreshold how many peers may share an IP address; loopback does not count
 * @param behaviourWeight P7, negative
 * @param behaviourThreshold how much misbehaviour is overlooked
 * @param behaviourDecay per decay interval
 * @param decayInterval how often counters decay
 * @param decayToZero below which they are taken for zero
 * @param retain how long the score of a peer that left is kept if it is bad
 * @param gossipThreshold below which there is no gossip with a peer
 * @param publishThreshold below which a peer gets no messages of this host
 * @param graylistThreshold below which a peer is ignored
 * @param acceptExchangeThreshold from which on a peer is believed about others
 * @param opportunisticThreshold below which median score a mesh is given better peers
 */
public record GossipScoreParams(
    double topicWeight,
    double topicCap,
    double timeInMeshWeight,
    Duration timeInMeshQuantum,
    double timeInMeshCap,
    double firstDeliveryWeight,
    double firstDeliveryDecay,
    double firstDeliveryCap,
    double meshDeliveryWeight,
    double meshDeliveryDecay,
    double meshDeliveryCap,
    double meshDeliveryThreshold,
    Duration meshDeliveryWindow,
    Duration meshDeliveryActivation,
    double meshFailureWeight,
    double meshFailureDecay,
    double invalidWeight,
    double invalidDecay,
    double applicationWeight,
    double colocationWeight,
    int colocationThreshold,
    double behaviourWeight,
    double behaviourThreshold,
    double behaviourDecay,
    Duration decayInterval,
    double decayToZero,
    Duration retain,
    double gossipThreshold,
    double publishThreshold,
    double graylistThreshold,
    double acceptExchangeThreshold,
    double opportunisticThreshold) {

  /**
   * Values for topics of any traffic: good deliveries count up to 50, an invalid message takes a
   * while to be forgiven, and silence is not held against a peer (P3 is off, for a topic may be
   * quiet).
   */
  public static final GossipScoreParams DEFAULT =
      new GossipScoreParams(
          1,
          100,
          0.01,
          Duration.ofSeconds(1),
          300,
          1,
          0.9,
          50,
          0,
          0.9,
          100,
          1,
          Duration.ofMillis(10),
          Duration.ofSeconds(30),
          0,
          0.9,
          -5,
          0.95,
          1,
          -5,
          10,
          -10,
          1,
          0.9,
          Duration.ofSeconds(1),
          0.01,
          Duration.ofMinutes(30),
          -10,
          -50,
          -80,
          5,
          1);
}
