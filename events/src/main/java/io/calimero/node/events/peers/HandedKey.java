// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.IdentityBox;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key of an epoch on its way to a member: in a box that only the member opens, and only for the
 * conversation in which it was asked for. The coordinator has signed that this key is one of the
 * epoch, so that any member may hand it on and none can pass off another.
 *
 * @param epoch the epoch
 * @param signature the coordinator's over {@link #vouching}
 * @param box the secret
 */
public record HandedKey(long epoch, Signature signature, IdentityBox box) {
  private static final String OCCASION = "calimero/handed-key/1";

  /** What a coordinator signs about a key: context, epoch, and the name of the key. */
  public static Hash vouching(final ContextId context, final long epoch, final EpochKey key) {
    return Domain.EPOCH_KEY.digest(
        new BorshWriter()
            .hash(context.hash())
            .u64(epoch)
            .fixed(key.id().unsafeArray())
            .toByteArray());
  }

  /**
   * A key for a member.
   *
   * @param conversation in which it was asked for, by the member as the one who opened it
   */
  public static HandedKey seal(
      final long epoch,
      final Signature signature,
      final EpochKey key,
      final PublicKey member,
      final Membership conversation,
      final SecureRandom random) {
    final byte[] secret = key.secret();
    try {
      return new HandedKey(
          epoch,
          signature,
          IdentityBox.seal(member, occasion(epoch, member, conversation), secret, random));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** The key, if the box is for this member and conversation, and the coordinator vouches. */
  public Optional<EpochKey> open(
      final KeyPair member, final Membership conversation, final PublicKey coordinator) {
    final Optional<byte[]> secret =
        box.open(member, occasion(epoch, member.publicKey(), conversation))
            .filter(bytes -> bytes.length == EpochKey.LENGTH);
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    final EpochKey key = EpochKey.ofSecret(secret.get());
    Arrays.fill(secret.get(), (byte) 0);
    if (!KeyPair.verify(coordinator, vouching(conversation.context(), epoch, key), signature)) {
      key.destroy();
      return Optional.empty();
    }
    return Optional.of(key);
  }

  private static Bytes occasion(
      final long epoch, final PublicKey member, final Membership conversation) {
    return Bytes.wrap(
        new BorshWriter()
            .string(OCCASION)
            .u64(epoch)
            .hash(conversation.ofClient(member))
            .toByteArray());
  }
}
