// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import static io.calimero.node.libp2p.internal.gossip.GossipNetwork.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PubSub.Validation;
import io.calimero.node.libp2p.internal.gossip.GossipNetwork.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class GossipRouterTest {
  private final GossipNetwork network = new GossipNetwork(7);
  private final Node one = network.add(GossipParams.DEFAULT.withFloodPublish(false));
  private final Node two = network.add(GossipParams.DEFAULT.withFloodPublish(false));

  private void seconds(final int count) {
    network.time.pass(Duration.ofSeconds(count));
  }

  private void bothSubscribe() {
    one.dial(two);
    one.subscribe();
    two.subscribe();
    seconds(3);
  }

  private GossipMessage message(final int from, final int number, final String signature) {
    return new GossipMessage(
        ByteString.copyFrom(GossipNetwork.id(from).encode()),
        ByteString.copyFromUtf8("data"),
        ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) number}),
        TOPIC,
        ByteString.copyFromUtf8(signature),
        ByteString.EMPTY);
  }

  @Test
  void subscribersMeshAndMessagesArriveOnce() {
    bothSubscribe();
    assertThat(one.router.mesh(TOPIC)).containsExactly(two.id);
    assertThat(two.router.mesh(TOPIC)).containsExactly(one.id);
    assertThat(one.router.publish(TOPIC, new byte[] {1})).isEqualTo(1);
    seconds(3);
    assertThat(two.received).hasSize(1);
    assertThat(two.received.getFirst().author()).isEqualTo(one.id);
    assertThat(one.received).isEmpty();
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "data"))));
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "data"))));
    assertThat(one.received).hasSize(1);
  }

  @Test
  void aTopicThatIsNotSubscribedToIsPublishedByFanout() {
    one.dial(two);
    two.subscribe();
    seconds(2);
    assertThat(one.router.publish(TOPIC, new byte[] {1})).isEqualTo(1);
    seconds(1);
    assertThat(two.received).hasSize(1);
  }

  @Test
  void gossipBringsWhatWasLost() {
    bothSubscribe();
    network.loss = 1;
    one.router.publish(TOPIC, new byte[] {1});
    network.loss = 0;
    // Out of the mesh, so that gossip is for it.
    two.router.receive(one.id, Rpc.prunes(List.of(new Rpc.Prune(TOPIC, List.of(), 60))));
    one.router.receive(two.id, Rpc.prunes(List.of(new Rpc.Prune(TOPIC, List.of(), 60))));
    seconds(3);
    assertThat(two.received).hasSize(1);
  }

  @Test
  void aForgedMessageIsDroppedAndHeldAgainstItsSender() {
    bothSubscribe();
    final double before = one.router.score(two.id);
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "forged"))));
    assertThat(one.received).isEmpty();
    assertThat(one.router.score(two.id)).isLessThan(before);
    // The forgery does not keep the real one out.
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "data"))));
    assertThat(one.received).hasSize(1);
  }

  @Test
  void aValidatorAcceptsIgnoresAndRejects() {
    bothSubscribe();
    final double before = one.router.score(two.id);
    one.router.validate(
        TOPIC,
        message ->
            CompletableFuture.completedFuture(
                List.of(Validation.ACCEPT, Validation.IGNORE, Validation.REJECT)
                    .get((int) message.sequence() % 3)));
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "data"))));
    assertThat(one.received).isEmpty();
    assertThat(one.router.score(two.id)).isEqualTo(before);
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 3, "data"))));
    assertThat(one.received).hasSize(1);
    for (int i = 0; i < 5; i++) {
      one.router.receive(two.id, Rpc.messages(List.of(message(6 + i, 2, "data"))));
    }
    assertThat(one.received).hasSize(1);
    assertThat(one.router.score(two.id))
        .isLessThan(GossipParams.DEFAULT.score().graylistThreshold());
    // Now it is not listened to at all, and no longer in the mesh.
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 6, "data"))));
    assertThat(one.received).hasSize(1);
    seconds(1);
    assertThat(one.router.mesh(TOPIC)).isEmpty();
    seconds(300);
    assertThat(one.router.score(two.id)).isGreaterThan(-0.1);
  }

  @Test
  void aValidatorMayTakeItsTimeButNotForEver() {
    bothSubscribe();
    final CompletableFuture<Validation> late = new CompletableFuture<>();
    one.router.validate(
        TOPIC, message -> message.sequence() == 1 ? late : new CompletableFuture<>());
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 1, "data"))));
    one.router.receive(two.id, Rpc.messages(List.of(message(5, 2, "data"))));
    seconds(5);
    assertThat(one.received).isEmpty();
    late.complete(Validation.ACCEPT);
    assertThat(one.received).hasSize(1);
    seconds(10);
    assertThat(one.received).hasSize(1);
  }

  @Test
  void aGraftDuringBackoffIsRefusedAndHeldAgainstThePeer() {
    bothSubscribe();
    one.router.receive(two.id, Rpc.prunes(List.of(new Rpc.Prune(TOPIC, List.of(), 60))));
    assertThat(one.router.mesh(TOPIC)).isEmpty();
    for (int i = 0; i < 4; i++) {
      one.router.receive(two.id, Rpc.grafts(List.of(TOPIC)));
    }
    assertThat(one.router.mesh(TOPIC)).isEmpty();
    assertThat(one.router.score(two.id)).isNegative();
  }

  @Test
  void aPeerThatPromisesWhatItHasNotIsHeldToIt() {
    bothSubscribe();
    for (int i = 0; i < 5; i++) {
      final ByteString id = ByteString.copyFromUtf8("nothing" + i);
      one.router.receive(two.id, Rpc.has(List.of(new Rpc.Has(TOPIC, List.of(id)))));
    }
    seconds(5);
    assertThat(one.router.score(two.id)).isNegative();
  }

  @Test
  void gossipSpamIsNotAnswered() {
    bothSubscribe();
    final int before = one.sent;
    for (int i = 0; i < 1000; i++) {
      final ByteString id = ByteString.copyFromUtf8("spam" + i);
      one.router.receive(two.id, Rpc.has(List.of(new Rpc.Has(TOPIC, List.of(id)))));
    }
    assertThat(one.sent - before).isLessThanOrEqualTo(10);
  }

  @Test
  void aMessageIsSentToAPeerThatAsksAgainOnlySoOften() {
    bothSubscribe();
    one.router.publish(TOPIC, new byte[] {1});
    network.time.pass(Duration.ofMillis(200));
    final ByteString id =
        ByteString.copyFrom(one.id.encode()).concat(ByteString.copyFrom(new byte[8]));
    final int before = one.sent;
    for (int i = 0; i < 20; i++) {
      one.router.receive(two.id, Rpc.wants(List.of(id)));
    }
    assertThat(one.sent - before).isEqualTo(3);
  }

  @Test
  void leavingATopicEndsTheMeshOnBothSides() {
    bothSubscribe();
    one.router.unsubscribe(TOPIC);
    seconds(1);
    assertThat(two.router.mesh(TOPIC)).isEmpty();
    assertThat(two.router.subscribers(TOPIC)).isEmpty();
    one.hangUp(two);
    assertThat(two.router.topics()).containsExactly(TOPIC);
  }

  @Test
  void aPrunedPeerIsToldOfOthers() {
    final Node three = network.add(GossipParams.DEFAULT);
    bothSubscribe();
    three.subscribe();
    // Enough good deliveries that one believes two.
    for (int i = 0; i < 20; i++) {
      one.router.receive(two.id, Rpc.messages(List.of(message(40 + i, 1, "data"))));
    }
    one.router.receive(
        two.id,
        Rpc.prunes(
            List.of(
                new Rpc.Prune(
                    TOPIC,
                    List.of(
                        new Rpc.Candidate(
                            ByteString.copyFrom(three.id.encode()), ByteString.EMPTY)),
                    60))));
    assertThat(one.neighbours).contains(three.id);
  }

  @Test
  void aMessageThatIsTooLargeIsNotPublished() {
    assertThatThrownBy(() -> one.router.publish(TOPIC, new byte[1 << 20]))
        .isInstanceOf(LimitException.class);
  }

  @Test
  void signaturesAreMadeAndChecked() {
    final PrivateKey key = PrivateKey.ofSeed(new byte[32]);
    final MessageSeal seal = new SignatureSeal(key);
    final ByteString number = ByteString.copyFrom(new byte[8]);
    final GossipMessage good = seal.seal("t", ByteString.copyFromUtf8("d"), number);
    assertThat(seal.genuine(good)).isTrue();
    assertThat(seal.genuine(GossipMessage.decode(ByteString.copyFrom(good.encode())))).isTrue();
    final GossipMessage changed =
        new GossipMessage(good.from(), good.data(), number, "other", good.signature(), good.key());
    assertThat(seal.genuine(changed)).isFalse();
    final GossipMessage unsigned =
        new GossipMessage(
            good.from(), good.data(), number, "t", ByteString.EMPTY, ByteString.EMPTY);
    assertThat(seal.genuine(unsigned)).isFalse();
    final ByteString otherKey =
        ByteString.copyFrom(PrivateKey.ofSeed(new byte[32]).publicKey().encode());
    assertThat(
            seal.genuine(
                new GossipMessage(
                    ByteString.copyFrom(GossipNetwork.id(3).encode()),
                    good.data(),
                    number,
                    "t",
                    good.signature(),
                    otherKey)))
        .isFalse();
  }

  @Test
  void whatRoutersSayIsReadAgain() {
    final Rpc rpc =
        new Rpc(
            List.of(new Rpc.Subscription("t", true), new Rpc.Subscription("u", false)),
            List.of(message(1, 2, "s")),
            List.of(new Rpc.Has("t", List.of(ByteString.copyFromUtf8("id")))),
            List.of(ByteString.copyFromUtf8("x"), ByteString.copyFromUtf8("y")),
            List.of("g"),
            List.of(
                new Rpc.Prune(
                    "p",
                    List.of(new Rpc.Candidate(ByteString.copyFromUtf8("a"), ByteString.EMPTY)),
                    60)));
    assertThat(RpcCodec.decode(RpcCodec.encode(rpc))).isEqualTo(rpc);
  }

  @Test
  void listsWithoutEndAreRefused() {
    final byte[] flood = new byte[4096];
    for (int i = 0; i < flood.length; i += 2) {
      flood[i] = 10;
    }
    assertThatThrownBy(() -> RpcCodec.decode(flood)).isInstanceOf(MalformedException.class);
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 100) final byte[] bytes) {
    try {
      assertThat(RpcCodec.decode(bytes)).isNotNull();
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Property(tries = 2000)
  void aDamagedMessageIsReadOrRefused(@ForAll final int at, @ForAll final byte value) {
    final byte[] bytes =
        RpcCodec.encode(
            new Rpc(
                List.of(new Rpc.Subscription("topic", true)),
                List.of(message(1, 2, "signature")),
                List.of(new Rpc.Has("t", List.of(ByteString.copyFrom(new byte[40])))),
                List.of(ByteString.copyFrom("id", StandardCharsets.UTF_8)),
                List.of("g"),
                List.of()));
    bytes[Math.floorMod(at, bytes.length)] = value;
    try {
      one.router.receive(GossipNetwork.id(0), RpcCodec.decode(bytes));
    } catch (final MalformedException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
