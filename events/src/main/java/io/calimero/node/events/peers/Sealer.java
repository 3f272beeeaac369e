// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.EpochKey;
import java.security.SecureRandom;

/**
 * Puts the messages of this node into envelopes. No nonce is used twice: each sealer has a session,
 * and so an encryption key, of its own, counts its messages, and begins another session long before
 * there are too many for a key. Nothing of this needs to be stored: after a restart there is
 * another sealer. Not thread-safe.
 */
public final class Sealer {
  /** 2^24 messages of 2^15 blocks stay far below what AES-GCM stands under one key. */
  static final long SESSION_MESSAGES = 1L << 24;

  private final EpochKey key;
  private final long epoch;
  private final SecureRandom random;
  private Bytes session;
  private long next;

  /** A sealer under the key of an epoch. */
  public Sealer(final EpochKey key, final long epoch, final SecureRandom random) {
    this.key = key;
    this.epoch = epoch;
    this.random = random;
    session = newSession(random);
  }

  /**
   * The content in an envelope.
   *
   * @param topic where it will be said
   * @param author the peer that will say it: this node
   * @throws MalformedException if it has more than {@link Envelope#MAX_CONTENT} bytes
   */
  public Envelope seal(final String topic, final String author, final Bytes content) {
    if (next == SESSION_MESSAGES) {
      session = newSession(random);
      next = 0;
    }
    return Envelope.seal(key, epoch, session, next++, topic, author, content);
  }

  private static Bytes newSession(final SecureRandom random) {
    final byte[] session = new byte[Envelope.SESSION_LENGTH];
    random.nextBytes(session);
    return Bytes.wrap(session);
  }
}
