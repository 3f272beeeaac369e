// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PrivateKey;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class PeerRecordTest {
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
  private static final PeerRecord RECORD =
      new PeerRecord(KEY.peerId(), 7, List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/5")));

  @Test
  void aSealedRecordOpens() {
    assertThat(PeerRecord.open(RECORD.seal(KEY))).isEqualTo(RECORD);
  }

  @Test
  void aRecordSealedByAnotherPeerIsRefused() {
    final byte[] seed = new byte[32];
    seed[0] = 1;
    final byte[] sealed = RECORD.seal(PrivateKey.ofSeed(seed));
    assertThatThrownBy(() -> PeerRecord.open(sealed)).isInstanceOf(AuthenticationException.class);
  }

  @Test
  void anEnvelopeOfAnotherDomainOrTypeIsRefused() {
    final ByteString type = ByteString.copyFrom(new byte[] {3, 1});
    final byte[] domain = SignedEnvelope.sign(KEY, "other", type, ByteString.EMPTY).encode();
    assertThatThrownBy(() -> PeerRecord.open(domain)).isInstanceOf(AuthenticationException.class);
    final byte[] kind =
        SignedEnvelope.sign(KEY, "libp2p-peer-record", ByteString.EMPTY, ByteString.EMPTY).encode();
    assertThatThrownBy(() -> PeerRecord.open(kind)).isInstanceOf(MalformedException.class);
  }

  @Property(tries = 1000)
  void aDamagedEnvelopeIsRefused(@ForAll final int at, @ForAll final byte value) {
    final byte[] bytes = RECORD.seal(KEY);
    final int index = Math.floorMod(at, bytes.length);
    final boolean same = bytes[index] == value;
    bytes[index] = value;
    try {
      // Damage that leaves the meaning alone (an unknown field, say) cannot change what was signed.
      assertThat(PeerRecord.open(bytes)).isEqualTo(RECORD);
    } catch (final Libp2pException e) {
      assertThat(same).isFalse();
    }
  }
}
