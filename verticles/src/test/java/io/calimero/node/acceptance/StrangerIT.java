// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.peers.Envelope;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Keys;
import io.calimero.node.events.peers.PeerMessage.KeysRequest;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.Refused;
import io.calimero.node.events.peers.PeerMessage.SubmitChange;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.events.peers.PeerMessage.Welcome;
import io.calimero.node.network.NetworkNode;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Somebody who is no member asks a real node for a context's history. */
@Execution(ExecutionMode.CONCURRENT)
class StrangerIT {
  private static final Bytes NONCE = Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]);
  private static final KeyPair STRANGER = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));

  private static final KeyPair OTHER = KeyPair.ofSecret(Hash.sha256(new byte[] {6}));
  private static final KeyPair MEMBER = KeyPair.ofSecret(Hash.sha256(new byte[] {8}));

  @TempDir private Path directory;

  private record Claim(ContextId context, PublicKey member) {}

  @Test
  void whoIsNoMemberIsToldNothingNotEvenWhetherTheContextIsThere() {
    try (NodeProcess process =
            NodeProcess.startLight(directory.resolve("home"), Map.of("LOG_SEGMENT_SIZE", "1MiB"));
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

  /**
   * A stranger who even knows the context subscribes to its topic; a member, whose node is played
   * here, listens beside it, leaves, and comes back.
   */
  @Test
  void whoListensWithoutBeingAMemberLearnsNothingAndWhoLeftNothingMore() {
    try (NodeProcess process =
            NodeProcess.startLight(directory.resolve("home"), Map.of("LOG_SEGMENT_SIZE", "1MiB"));
        NodeClient ada = new NodeClient(process);
        NetworkNode eve = new NetworkNode(directory, "eve");
        NetworkNode ben = new NetworkNode(directory, "ben")) {
      final ContextId context =
          new ContextId(Hash.parse(ada.create(ada.install(Modules.kvStore()), "{}")));
      invite(ada, context, MEMBER);
      // Somebody is there to be told when the member has left.
      invite(ada, context, OTHER);
      final String topic = GossipMessage.topic(context);
      final String peer = eve.ask(Topics.PEER_DIAL, new Dial(List.of(ada.peerAddress()))).peer();
      eve.ask(Topics.GOSSIP_SUBSCRIBE, new Subscribe(topic));
      ben.ask(Topics.PEER_DIAL, new Dial(List.of(ada.peerAddress())));

      final EpochKey first = key(ben, peer, context);
      final Gossip before = heard(ada, eve, context, "before", 1, first);
      assertThat(topic).isNotEqualTo(context.toString());
      assertThat(HexFormat.of().formatHex(before.data().toByteArray()))
          .doesNotContain(HexFormat.of().formatHex(context.hash().toByteArray()))
          .doesNotContain(HexFormat.of().formatHex("before".getBytes(StandardCharsets.UTF_8)));
      assertThat(open(before, EpochKey.generate(new SecureRandom()))).isEmpty();

      leave(ben, peer, context);
      final Envelope after = envelope(heardOf(ada, eve, context, "after", 2));
      assertThat(after.keyId()).isNotEqualTo(first.id());
      try (Talk talk = new Talk(ben, peer, context)) {
        assertThat(talk.answer()).isEqualTo(new Refused());
      }

      invite(ada, context, MEMBER);
      final EpochKey second = key(ben, peer, context);
      assertThat(second.id()).isEqualTo(after.keyId());
      heard(ada, eve, context, "again", 2, second);
      assertThat(process.stop().code()).isZero();
    }
  }

  /** A stream on which the member has said who it is and proven it. */
  private static final class Talk implements AutoCloseable {
    private final NetworkNode node;
    private final OpenedStream stream;
    private final Membership membership;

    Talk(final NetworkNode node, final String peer, final ContextId context) {
      this.node = node;
      stream = node.ask(Topics.STREAM_OPEN, new OpenStream(peer, List.of(), PeerMessage.PROTOCOL));
      say(node, stream, new Hello(GossipMessage.rendezvous(context), MEMBER.publicKey(), NONCE));
      final Challenge challenge = (Challenge) answer();
      membership = new Membership(context, node.peerId(), peer, NONCE, challenge.nonce());
      say(node, stream, new Proof(MEMBER.sign(membership.ofClient(MEMBER.publicKey()))));
    }

    PeerMessage answer() {
      return PeerCodecs.MESSAGE.decode(hear(node, stream).toByteArray());
    }

    @Override
    public void close() {
      node.ask(Topics.STREAM_CLOSE, new CloseStream(stream.number(), Ending.RESET));
    }
  }

  private static void invite(final NodeClient ada, final ContextId context, final KeyPair invitee) {
    final String inviter =
        ada.get("/admin-api/contexts/" + context + "/identities-owned")
            .data()
            .getJsonArray("identities")
            .getString(0);
    ada.post(
        "/admin-api/contexts/invite",
        JsonObject.of(
                "contextId",
                context.toString(),
                "inviterId",
                inviter,
                "inviteeId",
                invitee.publicKey().toString())
            .encode());
  }

  private static EpochKey key(final NetworkNode ben, final String peer, final ContextId context) {
    try (Talk talk = new Talk(ben, peer, context)) {
      final Welcome welcome = (Welcome) talk.answer();
      say(ben, talk.stream, new KeysRequest());
      final Keys keys = (Keys) talk.answer();
      return keys.keys().getFirst().open(MEMBER, talk.membership, welcome.member()).orElseThrow();
    }
  }

  private static void leave(final NetworkNode ben, final String peer, final ContextId context) {
    final ConfigurationEvent.Signed change =
        ConfigurationEvent.Signed.sign(
            MEMBER, context, Bytes.wrap(new byte[16]), new MemberRemoved(MEMBER.publicKey()));
    try (Talk talk = new Talk(ben, peer, context)) {
      assertThat(talk.answer()).isInstanceOf(Welcome.class);
      say(ben, talk.stream, new SubmitChange(change));
      assertThat(talk.answer()).isInstanceOf(Ordered.class);
    }
  }

  /** Writes until the stranger hears a message of the epoch. */
  private static Gossip heardOf(
      final NodeClient ada,
      final NetworkNode eve,
      final ContextId context,
      final String text,
      final long epoch) {
    Gossip message;
    do {
      ada.execute(context.toString(), "set", JsonObject.of("key", text, "value", text));
      message = eve.nextGossip();
    } while (envelope(message).epoch() != epoch);
    return message;
  }

  /** The same, and the key tells what the message is about. */
  private static Gossip heard(
      final NodeClient ada,
      final NetworkNode eve,
      final ContextId context,
      final String text,
      final long epoch,
      final EpochKey key) {
    Gossip message;
    String read;
    do {
      message = heardOf(ada, eve, context, text, epoch);
      final Bytes content = open(message, key).orElseThrow();
      assertThat(PeerCodecs.GOSSIP.decode(content.toByteArray())).isNotNull();
      read = new String(content.toByteArray(), StandardCharsets.ISO_8859_1);
    } while (!read.contains(text));
    return message;
  }

  private static Envelope envelope(final Gossip message) {
    return Envelope.CODEC.decode(message.data().toByteArray());
  }

  private static Optional<Bytes> open(final Gossip message, final EpochKey key) {
    return envelope(message).open(key, message.topic(), message.author());
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
