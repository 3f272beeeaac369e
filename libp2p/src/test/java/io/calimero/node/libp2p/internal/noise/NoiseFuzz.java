// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import io.calimero.node.libp2p.PrivateKey;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** What of Noise reads foreign bytes, for the fuzzer. */
public final class NoiseFuzz {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final NoiseIdentity IDENTITY =
      new NoiseIdentity(PrivateKey.ofSeed(new byte[32]), RANDOM);
  private static final NoiseExtensions EXTENSIONS = new NoiseExtensions(List.of("/yamux/1.0.0"));

  private NoiseFuzz() {}

  /** A listener's handshake that gets {@code bytes}. */
  public static void handshake(final byte[] bytes) {
    final EmbeddedChannel channel =
        new EmbeddedChannel(
            new NoiseHandshakeHandler(
                false, IDENTITY, RANDOM, EXTENSIONS, Optional.empty(), result -> {}));
    write(channel, bytes);
  }

  /** The payload of a handshake. */
  public static void payload(final byte[] bytes) {
    NoisePayload.open(bytes, new byte[32]);
  }

  /** Frames after the handshake. */
  public static void frames(final byte[] bytes) {
    write(new EmbeddedChannel(new NoiseDecoder(new CipherState(new byte[32]))), bytes);
  }

  private static void write(final EmbeddedChannel channel, final byte[] bytes) {
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  /** A payload as a peer sends it. */
  public static byte[] realPayload() {
    return IDENTITY.payload(EXTENSIONS);
  }

  /** The first message of a handshake, with its length. */
  public static byte[] realHandshake() {
    final byte[] message =
        new NoiseHandshake(
                true,
                IDENTITY,
                EXTENSIONS,
                Optional.empty(),
                NoiseIdentity.KeyPair.generate(RANDOM))
            .write()
            .orElseThrow();
    final byte[] framed = new byte[message.length + 2];
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }
}
