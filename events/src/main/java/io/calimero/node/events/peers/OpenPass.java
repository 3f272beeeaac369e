// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.OpenInvitation;
import io.calimero.node.events.codec.Base58;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import io.calimero.node.events.codec.MalformedException;
import java.util.List;

/**
 * An open invitation as people pass it on: with addresses where members are. Whoever has it can
 * become a member, so it is a secret of those it is meant for. The addresses are only hints: what
 * is fetched from there is verified from the context's identifier on.
 *
 * @param invitation the right
 * @param addresses where nodes of members are, each ending with its peer
 */
public record OpenPass(OpenInvitation invitation, List<String> addresses) {
  private static final int FORMAT = 2;
  private static final int MAX_ADDRESSES = 32;
  private static final int MAX_ADDRESS = 256;

  /** Reading base58 takes time that grows with the square of its length. */
  private static final int MAX_BYTES = 12 << 10;

  /** One format byte, which no {@link Invitation} has, the invitation, the addresses. */
  public static final Codec<OpenPass> CODEC =
      new Versioned<>(
          "an open invitation",
          FORMAT,
          new Codec<>() {
            @Override
            public void write(final BorshWriter out, final OpenPass value) {
              out.value(OpenInvitation.CODEC, value.invitation)
                  .list(value.addresses, Codecs.STRING);
            }

            @Override
            public OpenPass read(final BorshReader in) {
              return new OpenPass(in.value(OpenInvitation.CODEC), in.list(Codecs.STRING));
            }
          });

  /**
   * A pass.
   *
   * @throws MalformedException if it has more addresses, or longer ones, than it may have
   */
  public OpenPass {
    addresses = List.copyOf(addresses);
    if (addresses.size() > MAX_ADDRESSES
        || addresses.stream().anyMatch(address -> address.length() > MAX_ADDRESS)) {
      throw new MalformedException("an open invitation with " + addresses.size() + " addresses");
    }
  }

  /** A pass with as many of the addresses as there is room for. */
  public static OpenPass of(final OpenInvitation invitation, final List<String> addresses) {
    return new OpenPass(
        invitation,
        addresses.stream()
            .filter(address -> address.length() <= MAX_ADDRESS)
            .limit(MAX_ADDRESSES)
            .toList());
  }

  /** Whether a text that people pass on is one of these, as against an {@link Invitation}. */
  public static boolean is(final String text) {
    final byte[] bytes = Base58.decode(text.strip(), MAX_BYTES);
    return bytes.length > 0 && bytes[0] == FORMAT;
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
  public static OpenPass parse(final String text) {
    return CODEC.decode(Base58.decode(text.strip(), MAX_BYTES));
  }
}
