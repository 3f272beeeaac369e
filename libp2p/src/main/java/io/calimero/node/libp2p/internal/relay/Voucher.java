// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.internal.records.SignedEnvelope;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.time.Instant;

/**
 * A relay's word, under its signature, that it serves a peer (circuit-v2, "Reservation Vouchers").
 *
 * @param relay who serves
 * @param peer who is served
 * @param expires until when; whole seconds
 */
public record Voucher(PeerId relay, PeerId peer, Instant expires) {
  private static final String DOMAIN = "libp2p-relay-rsvp";
  private static final ByteString TYPE = ByteString.copyFrom(new byte[] {0x03, 0x02});

  /** Seals this voucher with the key of its relay; the envelope's bytes. */
  public byte[] seal(final PrivateKey key) {
    final byte[] payload =
        new ProtoWriter()
            .bytes(1, relay.encode())
            .bytes(2, peer.encode())
            .varint(3, expires.getEpochSecond())
            .encode();
    return SignedEnvelope.sign(key, DOMAIN, TYPE, ByteString.copyFrom(payload)).encode();
  }

  /**
   * Opens an envelope with a voucher.
   *
   * @throws MalformedException if it is no envelope or no voucher
   * @throws AuthenticationException if its relay did not sign it
   */
  public static Voucher open(final byte[] envelope) {
    final SignedEnvelope opened = SignedEnvelope.open(DOMAIN, envelope);
    if (!opened.payloadType().equals(TYPE)) {
      throw new MalformedException("An envelope of another type than a voucher");
    }
    final ProtoReader in = new ProtoReader("Voucher", opened.payload());
    ByteString relay = ByteString.EMPTY;
    ByteString peer = ByteString.EMPTY;
    Instant expires = Instant.EPOCH;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> relay = in.bytes();
        case 2 -> peer = in.bytes();
        case 3 -> expires = Reservation.instant(in.varint());
        default -> in.skip();
      }
    }
    final Voucher voucher =
        new Voucher(PeerId.decode(relay.toByteArray()), PeerId.decode(peer.toByteArray()), expires);
    if (!voucher.relay.matches(opened.signer())) {
      throw new AuthenticationException(
          "A voucher of " + voucher.relay + " signed by " + PeerId.of(opened.signer()));
    }
    return voucher;
  }
}
