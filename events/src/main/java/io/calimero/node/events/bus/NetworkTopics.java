// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.NetworkMessages;

/** Other nodes: peers, gossip and streams. A part of {@link Topics}. */
sealed interface NetworkTopics permits Topics {
  /** Connects to a peer. Answered by network. */
  CommandTopic<NetworkMessages.Dial, NetworkMessages.Dialled> PEER_DIAL =
      CommandTopic.of(
          "calimero.v1.peer.dial",
          NetworkMessages.Dial.class,
          NetworkMessages.Dialled.class,
          CLUSTER,
          CALL,
          64);

  /** Lists the connected peers. Answered by network. */
  CommandTopic<NetworkMessages.ListPeers, NetworkMessages.Peers> PEER_LIST =
      CommandTopic.of(
          "calimero.v1.peer.list",
          NetworkMessages.ListPeers.class,
          NetworkMessages.Peers.class,
          CLUSTER,
          SHORT,
          64);

  /** Changes what is thought of a peer. Answered by network. */
  CommandTopic<NetworkMessages.Esteem, NetworkMessages.Done> PEER_ESTEEM =
      CommandTopic.of(
          "calimero.v1.peer.esteem",
          NetworkMessages.Esteem.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          1024);

  /** Tells of the network as a whole. Answered by network. */
  CommandTopic<NetworkMessages.GetStatus, NetworkMessages.Status> NETWORK_STATUS =
      CommandTopic.of(
          "calimero.v1.network.status",
          NetworkMessages.GetStatus.class,
          NetworkMessages.Status.class,
          CLUSTER,
          SHORT,
          64);

  /** Tells who takes a topic. Answered by network. */
  CommandTopic<NetworkMessages.GetMesh, NetworkMessages.Mesh> GOSSIP_MESH =
      CommandTopic.of(
          "calimero.v1.gossip.mesh",
          NetworkMessages.GetMesh.class,
          NetworkMessages.Mesh.class,
          CLUSTER,
          SHORT,
          256);

  /** Takes the messages of a topic. Answered by network. */
  CommandTopic<NetworkMessages.Subscribe, NetworkMessages.Done> GOSSIP_SUBSCRIBE =
      CommandTopic.of(
          "calimero.v1.gossip.subscribe",
          NetworkMessages.Subscribe.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** Takes the messages of a topic no longer. Answered by network. */
  CommandTopic<NetworkMessages.Unsubscribe, NetworkMessages.Done> GOSSIP_UNSUBSCRIBE =
      CommandTopic.of(
          "calimero.v1.gossip.unsubscribe",
          NetworkMessages.Unsubscribe.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** Sends a message to a topic. Answered by network. A repetition is another message. */
  CommandTopic<NetworkMessages.Publish, NetworkMessages.Published> GOSSIP_PUBLISH =
      CommandTopic.of(
          "calimero.v1.gossip.publish",
          NetworkMessages.Publish.class,
          NetworkMessages.Published.class,
          LOCAL,
          SHORT,
          1024);

  /** Judges a message. Answered by network. */
  CommandTopic<NetworkMessages.Judge, NetworkMessages.Done> GOSSIP_JUDGE =
      CommandTopic.of(
          "calimero.v1.gossip.judge",
          NetworkMessages.Judge.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** Serves a protocol. Answered by network. */
  CommandTopic<NetworkMessages.Serve, NetworkMessages.Done> STREAM_SERVE =
      CommandTopic.of(
          "calimero.v1.stream.serve",
          NetworkMessages.Serve.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          64);

  /** Opens a stream. Answered by network. A repetition opens another one. */
  CommandTopic<NetworkMessages.OpenStream, NetworkMessages.OpenedStream> STREAM_OPEN =
      CommandTopic.of(
          "calimero.v1.stream.open",
          NetworkMessages.OpenStream.class,
          NetworkMessages.OpenedStream.class,
          LOCAL,
          CALL,
          256);

  /** Sends a frame. Answered by network. A repetition sends it again. */
  CommandTopic<NetworkMessages.Send, NetworkMessages.Done> STREAM_SEND =
      CommandTopic.of(
          "calimero.v1.stream.send",
          NetworkMessages.Send.class,
          NetworkMessages.Done.class,
          LOCAL,
          CALL,
          4096);

  /** Takes a frame. Answered by network. A repetition takes the next one. */
  CommandTopic<NetworkMessages.Receive, NetworkMessages.Received> STREAM_RECEIVE =
      CommandTopic.of(
          "calimero.v1.stream.receive",
          NetworkMessages.Receive.class,
          NetworkMessages.Received.class,
          LOCAL,
          CALL,
          4096);

  /** Ends a stream. Answered by network. */
  CommandTopic<NetworkMessages.CloseStream, NetworkMessages.Done> STREAM_CLOSE =
      CommandTopic.of(
          "calimero.v1.stream.close",
          NetworkMessages.CloseStream.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** A peer has connected. Published by network. */
  EventTopic<NetworkMessages.PeerJoined> PEER_JOINED =
      EventTopic.of("calimero.v1.peer.joined", NetworkMessages.PeerJoined.class, CLUSTER);

  /** The last connection to a peer has ended. Published by network. */
  EventTopic<NetworkMessages.PeerLeft> PEER_LEFT =
      EventTopic.of("calimero.v1.peer.left", NetworkMessages.PeerLeft.class, CLUSTER);

  /** Where this node listens has changed. Published by network. */
  EventTopic<NetworkMessages.Listening> LISTENING =
      EventTopic.of("calimero.v1.network.listening", NetworkMessages.Listening.class, CLUSTER);

  /** A message of a topic has come, and waits for its judgement. Published by network. */
  EventTopic<NetworkMessages.Gossip> GOSSIP_RECEIVED =
      EventTopic.of("calimero.v1.gossip.received", NetworkMessages.Gossip.class, LOCAL);

  /** A peer has opened a stream for a protocol that is served. Published by network. */
  EventTopic<NetworkMessages.OpenedStream> STREAM_OPENED =
      EventTopic.of("calimero.v1.stream.opened", NetworkMessages.OpenedStream.class, LOCAL);
}
