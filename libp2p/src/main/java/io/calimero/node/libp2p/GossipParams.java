// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;

/**
 * The parameters of gossipsub (specification 1.0, "Parameters", and 1.1, "Overview of New
 * Parameters").
 *
 * @param degree how many peers a mesh should have (D)
 * @param degreeLow below how many peers it grows (D_lo)
 * @param degreeHigh above how many peers it shrinks (D_hi)
 * @param degreeScore how many are kept by score when it shrinks (D_score)
 * @param degreeOut how many it should have dialled itself (D_out)
 * @param degreeLazy to how many peers at least gossip goes (D_lazy)
 * @param gossipFactor to which part of the peers gossip goes
 * @param heartbeat how often meshes are mended and gossip is sent
 * @param historyLength how many heartbeats messages are kept
 * @param historyGossip of how many heartbeats gossip tells
 * @param seenTime how long a message is remembered
 * @param fanoutTime how long peers are kept for a topic that is only published to
 * @param pruneBackoff how long a peer is not grafted after a prune
 * @param unsubscribeBackoff how long it is not after leaving the topic
 * @param floodPublish whether own messages go to every subscriber
 * @param peerExchange whether pruned peers are told of others
 * @param maxMessage how large a message with everything round it may be, in bytes
 * @param validationTime how long a validator may take
 * @param score the parameters of peer scoring
 */
public record GossipParams(
    int degree,
    int degreeLow,
    int degreeHigh,
    int degreeScore,
    int degreeOut,
    int degreeLazy,
    double gossipFactor,
    Duration heartbeat,
    int historyLength,
    int historyGossip,
    Duration seenTime,
    Duration fanoutTime,
    Duration pruneBackoff,
    Duration unsubscribeBackoff,
    boolean floodPublish,
    boolean peerExchange,
    int maxMessage,
    Duration validationTime,
    GossipScoreParams score) {

  /** The values that the specification recommends, and 1 MiB for a message. */
  public static final GossipParams DEFAULT =
      new GossipParams(
          6,
          4,
          12,
          4,
          2,
          6,
          0.25,
          Duration.ofSeconds(1),
          5,
          3,
          Duration.ofMinutes(2),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(10),
          true,
          true,
          1 << 20,
          Duration.ofSeconds(10),
          GossipScoreParams.DEFAULT);

  /** These parameters with or without flood publishing. */
  public GossipParams withFloodPublish(final boolean flood) {
    return new GossipParams(
        degree,
        degreeLow,
        degreeHigh,
        degreeScore,
        degreeOut,
        degreeLazy,
        gossipFactor,
        heartbeat,
        historyLength,
        historyGossip,
        seenTime,
        fanoutTime,
        pruneBackoff,
        unsubscribeBackoff,
        flood,
        peerExchange,
        maxMessage,
        validationTime,
        score);
  }
}
