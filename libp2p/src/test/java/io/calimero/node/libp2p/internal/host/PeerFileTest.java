// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what is known of peers is written down. */
class PeerFileTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int MANY = 2_000;

  @TempDir private Path directory;
  private final MemoryPeerStore store = new MemoryPeerStore(InstantSource.fixed(Instant.EPOCH));

  @Test
  void aSmallFileIsWrittenAsSoonAsSomethingChanges() {
    final PeerFile file = file();
    assertThat(file.isDue(0)).isFalse();
    meet(1);
    assertThat(file.isDue(0)).isTrue();
    file.save(0);
    assertThat(file.isDue(SECOND)).isFalse();
    meet(2);
    assertThat(file.isDue(SECOND)).isTrue();
    file.save(SECOND);

    assertThat(remembered()).isEqualTo(store.peers()).hasSize(2);
  }

  @Test
  void aLargeOneWaitsHoweverFastPeersComeAndGo() {
    final PeerFile file = file();
    for (int i = 0; i < MANY; i++) {
      meet(i);
    }
    assertThat(file.isDue(0)).isTrue();
    file.save(0);
    meet(MANY);
    assertThat(file.isDue(4 * SECOND)).isFalse();
    assertThat(file.isDue(5 * SECOND)).isTrue();
    file.save(5 * SECOND);

    assertThat(remembered()).hasSize(MANY + 1);
  }

  @Test
  void whatCannotBeWrittenIsTriedAgainButNotAllTheTime() throws IOException {
    final PeerFile file = file();
    Files.createDirectories(path().resolve("in-the-way"));
    meet(1);
    file.save(0);
    assertThat(file.isDue(SECOND)).isFalse();
    assertThat(file.isDue(5 * SECOND)).isTrue();
    Files.delete(path().resolve("in-the-way"));
    Files.delete(path());
    file.save(5 * SECOND);

    assertThat(remembered()).hasSize(1);
    meet(2);
    assertThat(file.isDue(5 * SECOND)).isTrue();
  }

  private Path path() {
    return directory.resolve("peers");
  }

  private PeerFile file() {
    return new PeerFile(path(), store);
  }

  private List<PeerId> remembered() {
    final MemoryPeerStore other = new MemoryPeerStore(InstantSource.fixed(Instant.EPOCH));
    new PeerFile(path(), other).load();
    return other.peers();
  }

  private void meet(final int number) {
    store.add(
        peer(number),
        List.of(Multiaddr.parse("/ip4/10.0." + number / 256 + "." + number % 256 + "/tcp/2428")),
        Duration.ofHours(1));
  }

  private static PeerId peer(final int number) {
    final byte[] sha256 = new byte[34];
    sha256[0] = 0x12;
    sha256[1] = 0x20;
    ByteBuffer.wrap(sha256).putInt(30, number);
    return PeerId.decode(sha256);
  }
}
