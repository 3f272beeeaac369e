// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VertxFilesTest {
  @TempDir private Path directory;

  @Test
  void noDirectoryIsMadeThatAKillWouldLeaveBehind() {
    final Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions(VertxFiles.UNUSED)
                        .setFileCacheDir(directory.resolve("cache").toString())));
    try {
      assertThat(directory).isEmptyDirectory();
    } finally {
      vertx.close().await();
    }
  }
}
