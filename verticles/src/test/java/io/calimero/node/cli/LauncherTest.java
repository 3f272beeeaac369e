// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The rules of {@code ./calimero} stand in {@code build/test-launcher.sh}, in its own language. */
final class LauncherTest {

  @TempDir private Path folder;

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a program for bash")
  void theLauncherKeepsItsRules() throws IOException, InterruptedException {
    final Path script = Path.of(System.getProperty("root.dir", ".."), "build", "test-launcher.sh");
    final Path output = folder.resolve("output");
    final Process tests =
        new ProcessBuilder("bash", script.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(tests.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
      assertThat(output).hasContent("");
      assertThat(tests.exitValue()).isZero();
    } finally {
      tests.destroyForcibly();
    }
  }
}
