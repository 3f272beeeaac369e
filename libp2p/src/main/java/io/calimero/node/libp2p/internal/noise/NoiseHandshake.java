// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.noise.NoiseIdentity.KeyPair;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * One side of the Noise XX handshake: {@code e}; {@code e, ee, s, es}; {@code s, se}. Alternately
 * {@link #write} and {@link #read}, beginning with the initiator, until {@link #result} is there.
 * Messages are without their length prefix. Any exception ends it for good.
 */
public final class NoiseHandshake {
  private static final int KEY = X25519.POINT_SIZE;
  private static final int SEALED_KEY = KEY + CipherState.TAG;

  private final boolean initiator;
  private final NoiseIdentity identity;
  private final NoiseExtensions extensions;
  private final Optional<PeerId> expected;
  private final KeyPair ephemeral;
  private final SymmetricState state = new SymmetricState();
  private byte[] remoteEphemeral = new byte[0];
  private byte[] remoteStatic = new byte[0];
  private Optional<NoisePayload> remote = Optional.empty();
  private Optional<Result> result = Optional.empty();
  private int next;

  /**
   * What both sides have at the end.
   *
   * @param remoteKey the peer's identity, proven
   * @param remoteExtensions what it said of itself
   * @param outbound encrypts what is sent
   * @param inbound decrypts what arrives
   */
  public record Result(
      PublicKey remoteKey,
      NoiseExtensions remoteExtensions,
      CipherState outbound,
      CipherState inbound) {}

  NoiseHandshake(
      final boolean initiator,
      final NoiseIdentity identity,
      final NoiseExtensions extensions,
      final Optional<PeerId> expected,
      final KeyPair ephemeral) {
    this.initiator = initiator;
    this.identity = identity;
    this.extensions = extensions;
    this.expected = expected;
    this.ephemeral = ephemeral;
    // The empty prologue is mixed in like any other.
    state.mixHash(new byte[0]);
  }

  /** The next message, if it is this side's turn. */
  public Optional<byte[]> write() {
    if (next == 3 || (next % 2 == 0) != initiator) {
      return Optional.empty();
    }
    final byte[] message =
        switch (next++) {
          case 0 -> first();
          case 1 -> second();
          default -> third();
        };
    return Optional.of(message);
  }

  /**
   * Takes the peer's message.
   *
   * @throws AuthenticationException if the peer could not prove who it is, or is not the expected
   *     one
   */
  public void read(final byte[] message) {
    if (next == 3 || (next % 2 == 0) == initiator) {
      throw new AuthenticationException("A noise message out of turn");
    }
    switch (next++) {
      case 0 -> readFirst(message);
      case 1 -> readSecond(message);
      default -> readThird(message);
    }
  }

  /** The outcome, once the last message was written or read. */
  public Optional<Result> result() {
    return result;
  }

  private byte[] first() {
    state.mixHash(ephemeral.publicKey());
    return concat(ephemeral.publicKey(), state.encryptAndHash(new byte[0]));
  }

  private void readFirst(final byte[] message) {
    remoteEphemeral = part(message, 0, KEY);
    state.mixHash(remoteEphemeral);
    state.decryptAndHash(Arrays.copyOfRange(message, KEY, message.length));
  }

  private byte[] second() {
    state.mixHash(ephemeral.publicKey());
    state.mixKey(agree(ephemeral, remoteEphemeral));
    final byte[] sealedStatic = state.encryptAndHash(identity.staticKey().publicKey());
    state.mixKey(agree(identity.staticKey(), remoteEphemeral));
    return concat(
        ephemeral.publicKey(), sealedStatic, state.encryptAndHash(identity.payload(extensions)));
  }

  private void readSecond(final byte[] message) {
    remoteEphemeral = part(message, 0, KEY);
    state.mixHash(remoteEphemeral);
    state.mixKey(agree(ephemeral, remoteEphemeral));
    remoteStatic = state.decryptAndHash(part(message, KEY, SEALED_KEY));
    state.mixKey(agree(ephemeral, remoteStatic));
    readPayload(Arrays.copyOfRange(message, KEY + SEALED_KEY, message.length));
  }

  private byte[] third() {
    final byte[] sealedStatic = state.encryptAndHash(identity.staticKey().publicKey());
    state.mixKey(agree(identity.staticKey(), remoteEphemeral));
    final byte[] message = concat(sealedStatic, state.encryptAndHash(identity.payload(extensions)));
    finish();
    return message;
  }

  private void readThird(final byte[] message) {
    remoteStatic = state.decryptAndHash(part(message, 0, SEALED_KEY));
    state.mixKey(agree(ephemeral, remoteStatic));
    readPayload(Arrays.copyOfRange(message, SEALED_KEY, message.length));
    finish();
  }

  private void readPayload(final byte[] sealed) {
    final NoisePayload payload = NoisePayload.open(state.decryptAndHash(sealed), remoteStatic);
    final PeerId peer = PeerId.of(payload.identity());
    if (expected.isPresent() && !expected.get().equals(peer)) {
      throw new AuthenticationException("Dialled " + expected.get() + " and met " + peer);
    }
    remote = Optional.of(payload);
  }

  private void finish() {
    final CipherState[] keys = state.split();
    final NoisePayload payload = remote.orElseThrow();
    result =
        Optional.of(
            new Result(
                payload.identity(),
                payload.extensions(),
                initiator ? keys[0] : keys[1],
                initiator ? keys[1] : keys[0]));
  }

  private static byte[] agree(final KeyPair own, final byte[] other) {
    final byte[] shared = new byte[X25519.POINT_SIZE];
    if (!own.agree(other, shared)) {
      throw new AuthenticationException("A noise key of low order");
    }
    return shared;
  }

  private static byte[] part(final byte[] message, final int at, final int length) {
    if (message.length < at + length) {
      throw new AuthenticationException("A noise message is cut short");
    }
    return Arrays.copyOfRange(message, at, at + length);
  }

  private static byte[] concat(final byte[]... parts) {
    final byte[] whole = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (final byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
