// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.BorshWriter;

/**
 * What two peers sign to prove that they are members: it names both ends of the connection, as the
 * connection has proven them, and the nonces of both, so that a proof is good for nobody else and
 * for no other time.
 *
 * @param context the context
 * @param client the peer id of the one who opened the stream
 * @param server the peer id of the other
 * @param clientNonce the opener's nonce
 * @param serverNonce the other's
 */
public record Membership(
    ContextId context, String client, String server, Bytes clientNonce, Bytes serverNonce) {

  /** What the member signs in whose name the stream was opened. */
  public Hash ofClient(final PublicKey member) {
    return digest(0, member);
  }

  /** What the member signs in whose name it is answered. */
  public Hash ofServer(final PublicKey member) {
    return digest(1, member);
  }

  private Hash digest(final int side, final PublicKey member) {
    return Domain.MEMBERSHIP.digest(
        new BorshWriter()
            .u8(side)
            .hash(context.hash())
            .hash(member.hash())
            .string(client)
            .string(server)
            .bytes(clientNonce)
            .bytes(serverNonce)
            .toByteArray());
  }
}
