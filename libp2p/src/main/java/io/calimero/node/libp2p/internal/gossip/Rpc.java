// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What routers say to one another at a time.
 *
 * @param subscriptions changes of what the sender subscribes to
 * @param messages messages in full
 * @param has messages that the sender could send
 * @param wants messages that it would like to have
 * @param grafts topics into whose mesh it takes the receiver
 * @param prunes topics from whose mesh it drops the receiver
 */
public record Rpc(
    List<Subscription> subscriptions,
    List<GossipMessage> messages,
    List<Has> has,
    List<ByteString> wants,
    List<String> grafts,
    List<Prune> prunes) {

  /**
   * A change of subscription.
   *
   * @param topic which
   * @param subscribed whether it is subscribed to now
   */
  public record Subscription(String topic, boolean subscribed) {}

  /**
   * Gossip.
   *
   * @param topic of the messages
   * @param ids which messages
   */
  public record Has(String topic, List<ByteString> ids) {}

  /**
   * The end of a place in a mesh.
   *
   * @param topic of which
   * @param peers others that may be asked
   * @param backoffSeconds how long not to ask again; 0 where the sender did not say
   */
  public record Prune(String topic, List<Candidate> peers, long backoffSeconds) {}

  /**
   * A peer to try instead.
   *
   * @param peer its id
   * @param signedRecord its addresses under its signature, may be empty
   */
  public record Candidate(ByteString peer, ByteString signedRecord) {}

  static Rpc subscriptions(final List<Subscription> changes) {
    return new Rpc(changes, List.of(), List.of(), List.of(), List.of(), List.of());
  }

  static Rpc messages(final List<GossipMessage> messages) {
    return new Rpc(List.of(), messages, List.of(), List.of(), List.of(), List.of());
  }

  static Rpc has(final List<Has> has) {
    return new Rpc(List.of(), List.of(), has, List.of(), List.of(), List.of());
  }

  static Rpc wants(final List<ByteString> ids) {
    return new Rpc(List.of(), List.of(), List.of(), ids, List.of(), List.of());
  }

  static Rpc grafts(final List<String> topics) {
    return new Rpc(List.of(), List.of(), List.of(), List.of(), topics, List.of());
  }

  static Rpc prunes(final List<Prune> prunes) {
    return new Rpc(List.of(), List.of(), List.of(), List.of(), List.of(), prunes);
  }
}
