// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.Base58;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signer;
import java.util.List;

/**
 * Tells an identity how to reach the members of a context that it was made a member of. It is no
 * secret and gives no right: being a member does.
 *
 * @param context the context
 * @param inviter the member who invites
 * @param invitee the identity that was made a member
 * @param addresses where nodes of members are, each ending with its peer
 * @param signature the inviter's
 */
public record Invitation(
    ContextId context,
    PublicKey inviter,
    PublicKey invitee,
    List<String> addresses,
    Signature signature) {
  private static final int MAX_ADDRESSES = 32;
  private static final int MAX_ADDRESS = 256;

  /** Reading base58 takes time that grows with the square of its length. */
  private static final int MAX_BYTES = 12 << 10;

  /** One format byte, then the components in their order. */
  public static final Codec<Invitation> CODEC =
      new Versioned<>(
          "an invitation",
          1,
          new Codec<>() {
            @Override
            public void write(final BorshWriter out, final Invitation value) {
              writeUnsigned(out, value.context, value.inviter, value.invitee, value.addresses);
              out.value(Signature.CODEC, value.signature);
            }

            @Override
            public Invitation read(final BorshReader in) {
              return new Invitation(
                  new ContextId(in.hash()),
                  new PublicKey(in.hash()),
                  new PublicKey(in.hash()),
                  in.list(Codecs.STRING),
                  in.value(Signature.CODEC));
            }
          });

  /**
   * An invitation, not yet verified.
   *
   * @throws MalformedException if it has more addresses, or longer ones, than it may have
   */
  public Invitation {
    addresses = List.copyOf(addresses);
    if (addresses.size() > MAX_ADDRESSES
        || addresses.stream().anyMatch(address -> address.length() > MAX_ADDRESS)) {
      throw new MalformedException("an invitation with " + addresses.size() + " addresses");
    }
  }

  /** Invites in the name of the signer, with as many of the addresses as there is room for. */
  public static Invitation sign(
      final Signer inviter,
      final ContextId context,
      final PublicKey invitee,
      final List<String> addresses) {
    final List<String> some =
        addresses.stream()
            .filter(address -> address.length() <= MAX_ADDRESS)
            .limit(MAX_ADDRESSES)
            .toList();
    return new Invitation(
        context,
        inviter.publicKey(),
        invitee,
        some,
        inviter.sign(digest(context, inviter.publicKey(), invitee, some)));
  }

  /** Whether the signature is the inviter's. */
  public boolean verify() {
    return KeyPair.verify(inviter, digest(context, inviter, invitee, addresses), signature);
  }

  /** The text that people pass on: base58. */
  public String toText() {
    return Base58.encode(CODEC.encode(this));
  }

  /**
   * Reads the text that people pass on.
   *
   * @throws MalformedException if it is none
   */
  public static Invitation parse(final String text) {
    return CODEC.decode(Base58.decode(text.strip(), MAX_BYTES));
  }

  private static Hash digest(
      final ContextId context,
      final PublicKey inviter,
      final PublicKey invitee,
      final List<String> addresses) {
    final BorshWriter out = new BorshWriter();
    writeUnsigned(out, context, inviter, invitee, addresses);
    return Domain.INVITATION.digest(out.toByteArray());
  }

  private static void writeUnsigned(
      final BorshWriter out,
      final ContextId context,
      final PublicKey inviter,
      final PublicKey invitee,
      final List<String> addresses) {
    out.hash(context.hash())
        .hash(inviter.hash())
        .hash(invitee.hash())
        .list(addresses, Codecs.STRING);
  }
}
