// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signer;

/**
 * The right of whoever has it to become a member: for a time, and a number of times. How often it
 * was used follows from the log. {@link ConfigurationRules} says when it is good.
 *
 * @param context the context
 * @param inviter the member who invites, and may manage members
 * @param salt sixteen random bytes, so that no two are the same
 * @param round {@link Admission#round} of the context when it was made
 * @param expires until when it is good, in nanoseconds since 1970, by the time of the entries
 * @param uses how often it is good; 0 for any number
 * @param signature the inviter's
 */
public record OpenInvitation(
    ContextId context,
    PublicKey inviter,
    Bytes salt,
    long round,
    long expires,
    int uses,
    Signature signature) {
  /** How many bytes the salt has. */
  public static final int SALT_LENGTH = 16;

  /** The components in their order; the salt without its length. */
  public static final Codec<OpenInvitation> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final OpenInvitation value) {
          value.writeUnsigned(out);
          out.value(Signature.CODEC, value.signature);
        }

        @Override
        public OpenInvitation read(final BorshReader in) {
          return new OpenInvitation(
              new ContextId(in.hash()),
              new PublicKey(in.hash()),
              Bytes.wrap(in.fixed(SALT_LENGTH)),
              in.count64(),
              in.count64(),
              in.u32(),
              in.value(Signature.CODEC));
        }
      };

  /**
   * An invitation, not yet verified.
   *
   * @throws MalformedException if the salt has another length, or a number is negative
   */
  public OpenInvitation {
    if (salt.length() != SALT_LENGTH || round < 0 || expires < 0 || uses < 0) {
      throw new MalformedException("an open invitation with numbers that cannot be");
    }
  }

  /** Invites in the name of the signer. */
  public static OpenInvitation sign(
      final Signer inviter,
      final ContextId context,
      final Bytes salt,
      final long round,
      final long expires,
      final int uses) {
    final Signature none = new Signature(Bytes.wrap(new byte[Signature.LENGTH]));
    final OpenInvitation unsigned =
        new OpenInvitation(context, inviter.publicKey(), salt, round, expires, uses, none);
    return new OpenInvitation(
        context, inviter.publicKey(), salt, round, expires, uses, inviter.sign(unsigned.id()));
  }

  /** Whether the signature is the inviter's. */
  public boolean verify() {
    return KeyPair.verify(inviter, id(), signature);
  }

  /** What the inviter signs, which also names the invitation where its uses are counted. */
  public Hash id() {
    final BorshWriter out = new BorshWriter();
    writeUnsigned(out);
    return Domain.OPEN_INVITATION.digest(out.toByteArray());
  }

  private void writeUnsigned(final BorshWriter out) {
    out.hash(context.hash())
        .hash(inviter.hash())
        .fixed(salt.unsafeArray())
        .u64(round)
        .u64(expires)
        .u32(uses);
  }
}
