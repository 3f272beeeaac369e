// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.internal.async.SimulatedPeers;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KadCodecTest {
  private static final PeerAddresses PEER =
      new PeerAddresses(
          SimulatedPeers.id(1),
          List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/1"), Multiaddr.parse("/dns/a.b/tcp/2")));
  private static final KadMessage FULL =
      new KadMessage(
          KadType.GET_PROVIDERS,
          ByteString.copyFromUtf8("key"),
          Optional.of(
              new KadRecord(
                  ByteString.copyFromUtf8("key"),
                  ByteString.copyFromUtf8("value"),
                  "2026-01-01T00:00:00Z")),
          List.of(PEER, new PeerAddresses(SimulatedPeers.id(2), List.of())),
          List.of(PEER));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(KadCodec.decode(KadCodec.encode(FULL))).isEqualTo(FULL);
    assertThat(KadCodec.decode(new byte[0]).type()).isEqualTo(KadType.PUT_VALUE);
  }

  @Test
  void thePeersOfAnAnswerAreBounded() {
    final ProtoWriter out = new ProtoWriter().varint(1, 4);
    for (int i = 0; i < 129; i++) {
      out.bytes(8, new ProtoWriter().bytes(1, SimulatedPeers.id(1).encode()).encode());
    }
    assertThatThrownBy(() -> KadCodec.decode(out.encode()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than 128");
    assertThatThrownBy(() -> KadCodec.decode(new ProtoWriter().bytes(2, new byte[1025]).encode()))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> KadCodec.decode(new ProtoWriter().varint(1, 6).encode()))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aPeerOfAnUnknownKindIsPassedOver() {
    final byte[] odd =
        new ProtoWriter()
            .varint(1, 4)
            .bytes(8, new ProtoWriter().bytes(1, new byte[] {0x16, 1, 1}).encode())
            .encode();
    assertThat(KadCodec.decode(odd).closer()).isEmpty();
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll final byte[] bytes) {
    readOrRefused(bytes);
  }

  @Property
  void damagedMessagesAreReadOrRefused(@ForAll final int at, @ForAll final byte with) {
    final byte[] bytes = KadCodec.encode(FULL);
    bytes[Math.floorMod(at, bytes.length)] = with;
    readOrRefused(bytes);
  }

  private static void readOrRefused(final byte[] bytes) {
    try {
      final KadMessage read = KadCodec.decode(bytes);
      assertThat(KadCodec.decode(KadCodec.encode(read)).type()).isEqualTo(read.type());
    } catch (final MalformedException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }
}
