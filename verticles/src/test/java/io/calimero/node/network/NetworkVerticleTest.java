// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.Esteem;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.ListPeers;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Peer;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Reachability;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.events.messages.NetworkMessages.Status;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real hosts on loopback, each behind its verticle on a Vert.x of its own. */
class NetworkVerticleTest {
  private static final String PROTOCOL = "/test/1";
  private static final String TOPIC = "a topic";
  private static final int SENDS = 8;

  @TempDir private Path directory;
  private NetworkNode ada;
  private NetworkNode ben;

  @BeforeEach
  void start() {
    ada = new NetworkNode(directory, "ada");
    ben = new NetworkNode(directory, "ben");
  }

  @AfterEach
  void stop() {
    ada.close();
    ben.close();
  }

  @Test
  void aDialJoinsBothSidesAndTheEndIsToldToBoth() {
    assertThat(ada.ask(Topics.PEER_DIAL, new Dial(ben.addresses())).peer()).isEqualTo(ben.peerId());
    assertThat(ada.joined.next().peer()).isEqualTo(ben.peerId());
    assertThat(ben.joined.next().peer()).isEqualTo(ada.peerId());
    assertThat(ada.ask(Topics.PEER_LIST, new ListPeers()).peers())
        .singleElement()
        .satisfies(peer -> assertThat(peer.outbound()).isTrue())
        .extracting(Peer::id)
        .isEqualTo(ben.peerId());
    ben.close();
    assertThat(ada.left.next().peer()).isEqualTo(ben.peerId());
    assertThat(ada.ask(Topics.PEER_LIST, new ListPeers()).peers()).isEmpty();
  }

  @Test
  void theStatusNamesAddressesThatCanBeDialled() {
    final Status status = ada.ask(Topics.NETWORK_STATUS, new GetStatus());
    assertThat(status.peer()).isEqualTo(ada.peerId());
    assertThat(status.addresses())
        .containsExactly("/ip4/127.0.0.1/tcp/" + ada.port() + "/p2p/" + ada.peerId());
    // A connection from this machine says nothing about the world.
    ben.ask(Topics.PEER_DIAL, new Dial(status.addresses()));
    ada.joined.next();
    assertThat(ada.ask(Topics.NETWORK_STATUS, new GetStatus()).reachability())
        .isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void framesGoBothWaysAndTheEndIsExplicit() {
    ben.ask(Topics.STREAM_SERVE, new Serve(PROTOCOL, 4));
    final OpenedStream mine =
        ada.ask(Topics.STREAM_OPEN, new OpenStream(ben.peerId(), ben.places(), PROTOCOL));
    final OpenedStream his = ben.opened.next();
    assertThat(his.peer()).isEqualTo(ada.peerId());
    assertThat(his.protocol()).isEqualTo(PROTOCOL);
    ada.ask(Topics.STREAM_SEND, new Send(mine.number(), Bytes.utf8("question")));
    assertThat(receive(ben, his))
        .isEqualTo(new Received(Optional.of(Bytes.utf8("question")), false));
    final Bytes large = Bytes.wrap(new byte[3_000_000]);
    final Future<?> sent = ben.request(Topics.STREAM_SEND, new Send(his.number(), large));
    assertThat(receive(ada, mine).frame()).contains(large);
    NetworkNode.await(sent);
    ben.ask(Topics.STREAM_CLOSE, new CloseStream(his.number(), Ending.DONE));
    assertThat(receive(ada, mine)).isEqualTo(new Received(Optional.empty(), true));
    ada.ask(Topics.STREAM_CLOSE, new CloseStream(mine.number(), Ending.DONE));
  }

  @Test
  void aReaderThatDoesNotReadHoldsItsWriterBack() {
    ben.ask(Topics.STREAM_SERVE, new Serve(PROTOCOL, 4));
    final OpenedStream mine =
        ada.ask(Topics.STREAM_OPEN, new OpenStream(ben.peerId(), ben.places(), PROTOCOL));
    final OpenedStream his = ben.opened.next();
    final Bytes frame = Bytes.wrap(new byte[1 << 20]);

    // More than any window: some of it must wait until it is read.
    final List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < SENDS; i++) {
      all.add(ada.request(Topics.STREAM_SEND, new Send(mine.number(), frame)));
    }
    assertThatThrownBy(() -> ada.ask(Topics.STREAM_SEND, new Send(mine.number(), frame)))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.BUSY));
    for (int i = 0; i < SENDS; i++) {
      assertThat(receive(ben, his).frame()).contains(frame);
    }
    all.forEach(NetworkNode::await);
  }

  @Test
  void aProtocolThatNobodyServesAndAPeerThatIsNotThereAreTold() {
    assertThatThrownBy(
            () ->
                ada.ask(Topics.STREAM_OPEN, new OpenStream(ben.peerId(), ben.places(), "/none/1")))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.PEER_UNREACHABLE));
    assertThatThrownBy(() -> ada.ask(Topics.PEER_DIAL, new Dial(List.of("/ip4/127.0.0.1/tcp/1"))))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.INVALID_REQUEST));
    assertThatThrownBy(
            () -> ada.ask(Topics.STREAM_OPEN, new OpenStream("nobody", List.of(), PROTOCOL)))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.INVALID_REQUEST));
    assertThatThrownBy(() -> ada.ask(Topics.STREAM_SEND, new Send(77, Bytes.EMPTY)))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.STREAM_ENDED));
  }

  @Test
  void aPeerHasOnlySoManyStreamsOfAProtocol() {
    ben.ask(Topics.STREAM_SERVE, new Serve(PROTOCOL, 1));
    ada.ask(Topics.STREAM_OPEN, new OpenStream(ben.peerId(), ben.places(), PROTOCOL));
    ben.opened.next();
    final OpenedStream second =
        ada.ask(Topics.STREAM_OPEN, new OpenStream(ben.peerId(), List.of(), PROTOCOL));
    assertThatThrownBy(() -> receive(ada, second))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(Code.STREAM_ENDED));
  }

  @Test
  void aMessageIsPassedOnOnlyIfItIsJudgedGood() {
    try (NetworkNode eve = new NetworkNode(directory, "eve")) {
      for (final NetworkNode node : List.of(ada, ben, eve)) {
        node.ask(Topics.GOSSIP_SUBSCRIBE, new Subscribe(TOPIC));
      }
      ada.ask(Topics.PEER_DIAL, new Dial(ben.addresses()));
      eve.ask(Topics.PEER_DIAL, new Dial(ben.addresses()));
      ben.awaitMesh(TOPIC, 2);
      ada.awaitMesh(TOPIC, 1);
      eve.awaitMesh(TOPIC, 1);

      publish(ada, "bad");
      final Gossip bad = ben.gossip.next();
      assertThat(bad.data()).isEqualTo(Bytes.utf8("bad"));
      ben.ask(Topics.GOSSIP_JUDGE, new Judge(bad.number(), Verdict.IGNORE));
      publish(ada, "good");
      final Gossip good = ben.gossip.next();
      assertThat(good.author()).isEqualTo(ada.peerId());
      assertThat(good.topic()).isEqualTo(TOPIC);
      ben.ask(Topics.GOSSIP_JUDGE, new Judge(good.number(), Verdict.ACCEPT));
      // What was not judged good before it never comes.
      final Gossip passedOn = eve.gossip.next();
      assertThat(passedOn.data()).isEqualTo(Bytes.utf8("good"));
      assertThat(passedOn.author()).isEqualTo(ada.peerId());
      assertThat(passedOn.sender()).isEqualTo(ben.peerId());
      eve.ask(Topics.GOSSIP_JUDGE, new Judge(passedOn.number(), Verdict.ACCEPT));
      assertThat(ben.ask(Topics.GOSSIP_MESH, new GetMesh(TOPIC)).subscribers())
          .containsExactlyInAnyOrder(ada.peerId(), eve.peerId());
    }
  }

  private static void publish(final NetworkNode node, final String text) {
    assertThat(node.ask(Topics.GOSSIP_PUBLISH, new Publish(TOPIC, Bytes.utf8(text))).peers())
        .isEqualTo(1);
  }

  @Test
  void whoWasMetIsDialledAgainAfterARestartAndTheNameStays() {
    ada.ask(Topics.PEER_DIAL, new Dial(ben.addresses()));
    ada.awaitRemembered(1);
    final String name = ada.peerId();
    ada.close();
    assertThat(ben.joined.next().peer()).isEqualTo(name);
    assertThat(ben.left.next().peer()).isEqualTo(name);
    ada = new NetworkNode(directory, "ada");
    assertThat(ada.peerId()).isEqualTo(name);
    assertThat(ben.joined.next().peer()).isEqualTo(name);
  }

  @Test
  void aBootstrapPeerIsDialledAtTheStart() {
    try (NetworkNode cat = new NetworkNode(directory, "cat", 0, ben.addresses())) {
      assertThat(ben.joined.next().peer()).isEqualTo(cat.peerId());
    }
  }

  @Test
  void whoIsThoughtBadlyOfIsShutOut() {
    ada.ask(Topics.PEER_DIAL, new Dial(ben.addresses()));
    ada.joined.next();
    ada.ask(Topics.PEER_ESTEEM, new Esteem(ben.peerId(), -100));
    assertThat(ada.left.next().peer()).isEqualTo(ben.peerId());
  }

  @Test
  void aPortInUseIsToldWithTheWayOut() {
    assertThatThrownBy(() -> new NetworkNode(directory, "dan", ada.port(), List.of()))
        .isInstanceOf(ListenException.class)
        .hasMessage(
            "port "
                + ada.port()
                + " on 127.0.0.1, for other nodes, is in use: stop what listens there, or choose"
                + " another port");
  }

  private static Received receive(final NetworkNode node, final OpenedStream stream) {
    return node.ask(Topics.STREAM_RECEIVE, new Receive(stream.number(), 20_000));
  }

  private static Code codeOf(final Throwable failure) {
    return ((NodeException) failure).problem().code();
  }
}
