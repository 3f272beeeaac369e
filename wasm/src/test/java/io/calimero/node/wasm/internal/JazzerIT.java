// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import io.calimero.node.wasm.internal.module.RandomModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Coverage-guided fuzzing of parser and rewriter by Jazzer, from the guests of the tests, from what
 * it found before ({@code src/test/resources/fuzz}) and from random modules, in a process of its
 * own. {@code -Dfuzz.seconds=N} makes it longer. What it finds is in {@code target/fuzz}.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JazzerIT {
  private static final Path HOME = Path.of("target", "fuzz");
  private static final int RANDOM_MODULES = 24;

  @Test
  void whatIsRewrittenIsAsValidAsItWasAndBeginsWhereItBegan()
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        List.of("amd64", "x86_64", "aarch64").contains(System.getProperty("os.arch")),
        "Jazzer is not made for this machine: modules are damaged by RewriterFuzzTest alone");
    final Path seeds = seeds();
    Files.createDirectories(HOME.resolve("found"));
    final Path log = HOME.resolve("log.txt");
    final int seconds = Integer.getInteger("fuzz.seconds", 4);
    final Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Jazzer.class.getName(),
                "--target_class=" + ModuleFuzzer.class.getName(),
                "--instrumentation_includes=io.calimero.node.wasm.internal.module.**",
                "--custom_hook_includes=io.calimero.node.wasm.**",
                // It fails itself where the engine uses memory that way.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                "--reproducer_path=" + HOME,
                "-max_total_time=" + seconds,
                "-max_len=4096",
                "-artifact_prefix=" + HOME + "/",
                HOME.resolve("found").toString(),
                seeds.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(seconds + 240L, TimeUnit.SECONDS)).as("ended").isTrue();
      assertThat(process.exitValue())
          .as(() -> "exit code; the end of " + log.toAbsolutePath() + ":\n" + end(log))
          .isZero();
      assertThat(Files.readString(log)).contains("Done ");
    } finally {
      process.destroyForcibly();
    }
  }

  private static String end(final Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      final List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 60), all.size()));
    } catch (final IOException e) {
      return e.toString();
    }
  }

  private static Path seeds() throws IOException {
    final Path seeds = Files.createDirectories(HOME.resolve("seeds"));
    for (final String directory : List.of("guests", "fuzz")) {
      final Path committed = Path.of("src", "test", "resources", directory);
      if (Files.isDirectory(committed)) {
        try (Stream<Path> files = Files.list(committed)) {
          for (final Path file : files.filter(path -> path.toString().endsWith(".wasm")).toList()) {
            Files.write(
                seeds.resolve(directory + "-" + file.getFileName()), Files.readAllBytes(file));
          }
        }
      }
    }
    for (int i = 0; i < RANDOM_MODULES; i++) {
      Files.write(seeds.resolve("random-" + i), RandomModule.of(i, i % 2 == 0).toByteArray());
    }
    return seeds;
  }
}
