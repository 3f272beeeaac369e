// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.noise.NoiseIdentity.KeyPair;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class NoiseHandshakeTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PrivateKey ALICE = key(1);
  private static final PrivateKey BOB = key(2);

  private final NoiseHandshake initiator = side(true, ALICE, Optional.of(BOB.peerId()));
  private final NoiseHandshake responder = side(false, BOB, Optional.empty());

  private static PrivateKey key(final int first) {
    final byte[] seed = new byte[32];
    seed[0] = (byte) first;
    return PrivateKey.ofSeed(seed);
  }

  private static NoiseHandshake side(
      final boolean initiator, final PrivateKey key, final Optional<PeerId> expected) {
    return new NoiseHandshake(
        initiator,
        new NoiseIdentity(key, RANDOM),
        new NoiseExtensions(List.of("/yamux/1.0.0")),
        expected,
        KeyPair.generate(RANDOM));
  }

  private static List<byte[]> run(final NoiseHandshake one, final NoiseHandshake two) {
    final List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      final byte[] message = (i % 2 == 0 ? one : two).write().orElseThrow();
      messages.add(message);
      (i % 2 == 0 ? two : one).read(message);
    }
    return messages;
  }

  @Test
  void bothSidesKnowEachOtherAndUnderstandEachOther() {
    run(initiator, responder);
    final NoiseHandshake.Result one = initiator.result().orElseThrow();
    final NoiseHandshake.Result two = responder.result().orElseThrow();
    assertThat(one.remoteKey()).isEqualTo(BOB.publicKey());
    assertThat(two.remoteKey()).isEqualTo(ALICE.publicKey());
    assertThat(one.remoteExtensions().muxers()).containsExactly("/yamux/1.0.0");
    assertThat(two.remoteExtensions().muxers()).containsExactly("/yamux/1.0.0");
    final byte[] plain = "hello".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      final byte[] sealed = one.outbound().encrypt(new byte[0], plain);
      assertThat(two.inbound().decrypt(new byte[0], sealed)).isEqualTo(plain);
      final byte[] back = two.outbound().encrypt(new byte[0], plain);
      assertThat(one.inbound().decrypt(new byte[0], back)).isEqualTo(plain);
    }
  }

  @Test
  void aFrameThatIsRepeatedOrLeftOutIsRefused() {
    run(initiator, responder);
    final CipherState out = initiator.result().orElseThrow().outbound();
    final CipherState in = responder.result().orElseThrow().inbound();
    final byte[] first = out.encrypt(new byte[0], new byte[10]);
    final byte[] second = out.encrypt(new byte[0], new byte[10]);
    assertThatThrownBy(() -> in.decrypt(new byte[0], second))
        .isInstanceOf(AuthenticationException.class);
    assertThat(in.decrypt(new byte[0], first)).hasSize(10);
    assertThatThrownBy(() -> in.decrypt(new byte[0], first))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    final NoiseHandshake wrong = side(true, ALICE, Optional.of(ALICE.peerId()));
    assertThatThrownBy(() -> run(wrong, responder))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(BOB.peerId().toString());
  }

  @Test
  void aReplayedHandshakeIsRefused() {
    final List<byte[]> recorded = run(initiator, responder);
    final NoiseHandshake victim = side(false, BOB, Optional.empty());
    victim.read(recorded.get(0));
    assertThat(victim.write()).isPresent();
    assertThatThrownBy(() -> victim.read(recorded.get(2)))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aStaticKeySignedByNobodyIsRefused() {
    final byte[] payload =
        new NoisePayload(BOB.publicKey(), ALICE.sign(new byte[1]), new NoiseExtensions(List.of()))
            .encode();
    assertThatThrownBy(() -> NoisePayload.open(payload, new byte[32]))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aMessageOutOfTurnIsRefused() {
    assertThatThrownBy(() -> initiator.read(new byte[32]))
        .isInstanceOf(AuthenticationException.class);
    assertThat(responder.write()).isEmpty();
  }

  @Test
  void aPointOfLowOrderIsRefused() {
    responder.read(new byte[32]);
    assertThatThrownBy(responder::write).isInstanceOf(AuthenticationException.class);
  }

  @Property(tries = 300)
  void damageAnywhereIsNoticed(
      @ForAll @IntRange(max = 2) final int message,
      @ForAll final int at,
      @ForAll @IntRange(min = 1, max = 255) final int flip) {
    final NoiseHandshake one = side(true, ALICE, Optional.empty());
    final NoiseHandshake two = side(false, BOB, Optional.empty());
    try {
      for (int i = 0; i < 3; i++) {
        final byte[] bytes = (i % 2 == 0 ? one : two).write().orElseThrow();
        if (i == message) {
          bytes[Math.floorMod(at, bytes.length)] ^= (byte) flip;
        }
        (i % 2 == 0 ? two : one).read(bytes);
      }
    } catch (final Libp2pException e) {
      return;
    }
    throw new AssertionError("The damage went unnoticed");
  }

  @Property(tries = 500)
  void anyPayloadIsReadOrRefused(@ForAll final byte[] bytes) {
    try {
      final PublicKey key = NoisePayload.open(bytes, new byte[32]).identity();
      throw new AssertionError(key + " was believed");
    } catch (final Libp2pException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
