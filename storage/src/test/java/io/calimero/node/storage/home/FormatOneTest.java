// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.internal.Trees;
import io.calimero.node.storage.keys.KeyStore;
import io.calimero.node.storage.keys.NodeKey;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.States;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that the first format wrote is read for ever. */
class FormatOneTest {
  @TempDir private Path parent;

  private static Hash filled(final int value) {
    final byte[] bytes = new byte[Hash.LENGTH];
    Arrays.fill(bytes, (byte) value);
    return Hash.of(bytes);
  }

  @Test
  void aHomeOfFormatOneIsRead() throws IOException, URISyntaxException {
    final Path directory = parent.resolve("home");
    final URL fixture =
        Objects.requireNonNull(FormatOneTest.class.getResource("/home-format-1"), "fixture");
    Trees.copy(Path.of(fixture.toURI()), directory);
    keepOthersOut(directory);
    try (NodeHome home = NodeHome.open(directory, Clock.systemUTC())) {
      final Snapshot snapshot =
          StateStore.open(home.state(), home.access())
              .open(States.CONTEXT, (at, hash) -> at == 42 && hash.equals(filled(9)))
              .snapshot()
              .orElseThrow();
      assertThat(snapshot.root()).hasToString("FTtRPGgUqBWGg8XbSJFv1yhH6VuRcSvu7ocwMER42NTf");
      assertThat(snapshot.attachment()).isEqualTo(Bytes.utf8("attachment"));
      assertThat(snapshot.view().get(Bytes.utf8("foo"))).contains(Bytes.utf8("bar"));
      assertThat(snapshot.view().get(Bytes.EMPTY)).contains(Bytes.EMPTY);
      assertThat(snapshot.view().entries()).isEqualTo(3);

      final BlobStore blobs = BlobStore.open(home.blobs(), home.access());
      assertThat(blobs.list().stream().map(Blob::size)).containsExactlyInAnyOrder(5L, 0L);
      assertThat(
              blobs.read(BlobId.parse("B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH"), 5).toUtf8())
          .isEqualTo("hello");

      final KeyPair one = KeyPair.ofSecret(filled(1));
      assertThat(KeyStore.open(home.keys(), home.access()).find(one.publicKey()))
          .map(KeyPair::secret)
          .contains(one.secret());
      assertThat(NodeKey.read(home.nodeKey())).map(KeyPair::secret).contains(filled(7));
    }
  }

  /** Version control keeps no permissions. */
  private static void keepOthersOut(final Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path file : files.toList()) {
        Files.setPosixFilePermissions(
            file,
            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwx------" : "rw-------"));
      }
    }
  }
}
