// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.Refused;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.network.NetworkNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Somebody who is no member asks a real node for a context's history. */
@Execution(ExecutionMode.CONCURRENT)
class StrangerIT {
  private static final Bytes NONCE = Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]);
  private static final KeyPair STRANGER = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));

  @TempDir private Path directory;

  private record Claim(ContextId context, PublicKey member) {}

  @Test
  void whoIsNoMemberIsToldNothingNotEvenWhetherTheContextIsThere() {
    try (NodeProcess process =
            NodeProcess.start(directory.resolve("home"), Map.of("LOG_SEGMENT_SIZE", "1MiB"));
        NodeClient ada = new NodeClient(process);
        NetworkNode eve = new NetworkNode(directory, "eve")) {
      final ContextId context =
          new ContextId(Hash.parse(ada.create(ada.install(Modules.kvStore()), "{}")));
      final PublicKey member =
          new PublicKey(
              Hash.parse(
                  ada.get("/admin-api/contexts/" + context + "/identities")
                      .data()
                      .getJsonArray("identities")
                      .getString(0)));
      final String peer = eve.ask(Topics.PEER_DIAL, new Dial(List.of(ada.peerAddress()))).peer();
      final ContextId nowhere = new ContextId(Hash.sha256(new byte[] {7}));
      // In her own name, in a member's without its key, and of a context that is not there.
      for (final Claim claim :
          List.of(
              new Claim(context, STRANGER.publicKey()),
              new Claim(context, member),
              new Claim(nowhere, STRANGER.publicKey()))) {
        final OpenedStream stream =
            eve.ask(Topics.STREAM_OPEN, new OpenStream(peer, List.of(), PeerMessage.PROTOCOL));
        say(
            eve,
            stream,
            new Hello(GossipMessage.rendezvous(claim.context()), claim.member(), NONCE));
        final Challenge challenge =
            (Challenge) PeerCodecs.MESSAGE.decode(hear(eve, stream).toByteArray());
        final Membership membership =
            new Membership(claim.context(), eve.peerId(), peer, NONCE, challenge.nonce());
        say(eve, stream, new Proof(STRANGER.sign(membership.ofClient(claim.member()))));
        say(eve, stream, new TransactionsRequest(0, Hash.ZERO, 50));
        assertThat(PeerCodecs.MESSAGE.decode(hear(eve, stream).toByteArray()))
            .isEqualTo(new Refused());
        assertThat(receive(eve, stream).ended()).isTrue();
      }
      assertThat(process.stop().code()).isZero();
    }
  }

  private static void say(
      final NetworkNode node, final OpenedStream stream, final PeerMessage message) {
    node.ask(
        Topics.STREAM_SEND,
        new Send(stream.number(), Bytes.wrap(PeerCodecs.MESSAGE.encode(message))));
  }

  private static Bytes hear(final NetworkNode node, final OpenedStream stream) {
    return receive(node, stream).frame().orElseThrow();
  }

  private static Received receive(final NetworkNode node, final OpenedStream stream) {
    return node.ask(Topics.STREAM_RECEIVE, new Receive(stream.number(), 20_000));
  }
}
