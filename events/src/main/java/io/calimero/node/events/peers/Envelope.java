// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.EpochKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * How a message travels on a topic: encrypted for the members of the context by AES-256-GCM, under
 * a key that is derived for its sender's session from the key of the epoch. Everything in clear,
 * the topic, and the peer that wrote the message are authenticated with it, so that it cannot be
 * said again elsewhere or by somebody else.
 *
 * @param epoch the epoch of the key
 * @param keyId names the key
 * @param session random, chosen by the sender for as long as it counts
 * @param counter how many messages of the session came before; the nonce
 * @param ciphertext the content and its tag
 */
public record Envelope(long epoch, Bytes keyId, Bytes session, long counter, Bytes ciphertext) {
  /** How many bytes the name of a session has. */
  public static final int SESSION_LENGTH = 16;

  /** How many bytes the content may have. */
  public static final int MAX_CONTENT = GossipMessage.MAX_BYTES + (16 << 10);

  private static final int FORMAT = 2;
  private static final int TAG_LENGTH = 16;
  private static final int NONCE_LENGTH = 12;
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String DOMAIN = "calimero/envelope/2";

  /**
   * One format byte, then the components in their order; the names are raw. Format 1 is that of
   * messages that were not encrypted.
   */
  public static final Codec<Envelope> CODEC =
      new Versioned<>(
          "an envelope",
          FORMAT,
          new Codec<>() {
            @Override
            public void write(final BorshWriter out, final Envelope value) {
              value.writeClear(out).bytes(value.ciphertext);
            }

            @Override
            public Envelope read(final BorshReader in) {
              return new Envelope(
                  in.count64(),
                  Bytes.wrap(in.fixed(EpochKey.ID_LENGTH)),
                  Bytes.wrap(in.fixed(SESSION_LENGTH)),
                  in.count64(),
                  in.bytes());
            }
          });

  /**
   * An envelope, not yet opened.
   *
   * @throws MalformedException if its parts have lengths that none has
   */
  public Envelope {
    if (epoch < 1 || counter < 0) {
      throw new MalformedException("an envelope of epoch " + epoch + " and number " + counter);
    }
    if (keyId.length() != EpochKey.ID_LENGTH || session.length() != SESSION_LENGTH) {
      throw new MalformedException("an envelope with names of another length");
    }
    if (ciphertext.length() < TAG_LENGTH || ciphertext.length() > MAX_CONTENT + TAG_LENGTH) {
      throw new MalformedException("an envelope of " + ciphertext.length() + " bytes");
    }
  }

  /**
   * What is in it, if the key is its key, and it was written for this topic by this peer and not
   * changed since.
   */
  public Optional<Bytes> open(final EpochKey key, final String topic, final String author) {
    if (!key.id().equals(keyId)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Bytes.wrap(
              cipher(Cipher.DECRYPT_MODE, key, topic, author).doFinal(ciphertext.unsafeArray())));
    } catch (final AEADBadTagException forged) {
      return Optional.empty();
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every Java", e);
    }
  }

  /** The content in an envelope. The counter must not have been used in this session. */
  static Envelope seal(
      final EpochKey key,
      final long epoch,
      final Bytes session,
      final long counter,
      final String topic,
      final String author,
      final Bytes content) {
    if (content.length() > MAX_CONTENT) {
      throw new MalformedException("a message of " + content.length() + " bytes");
    }
    final Bytes nothing = Bytes.wrap(new byte[TAG_LENGTH]);
    try {
      final byte[] ciphertext =
          new Envelope(epoch, key.id(), session, counter, nothing)
              .cipher(Cipher.ENCRYPT_MODE, key, topic, author)
              .doFinal(content.unsafeArray());
      return new Envelope(epoch, key.id(), session, counter, Bytes.wrap(ciphertext));
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every Java", e);
    }
  }

  private Cipher cipher(final int mode, final EpochKey key, final String topic, final String author)
      throws GeneralSecurityException {
    final byte[] nonce = new byte[NONCE_LENGTH];
    ByteBuffer.wrap(nonce).putLong(NONCE_LENGTH - Long.BYTES, counter);
    final Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key.ofSession(session), new GCMParameterSpec(TAG_LENGTH * 8, nonce));
    cipher.updateAAD(
        writeClear(new BorshWriter().string(DOMAIN)).string(topic).string(author).toByteArray());
    return cipher;
  }

  private BorshWriter writeClear(final BorshWriter out) {
    return out.u64(epoch).fixed(keyId.unsafeArray()).fixed(session.unsafeArray()).u64(counter);
  }
}
