// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Coverage-guided fuzzing by Jazzer, from the committed inputs, in a process of its own. {@code
 * -Dfuzz.seconds=N} makes it longer. What it finds is in {@code target/fuzz}: without its first
 * byte, which chooses the decoder, it is a new file of the corpus.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JazzerIT {
  private static final Path HOME = Path.of("target", "fuzz");

  @Test
  void nothingButATypedRefusalIsThrown() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        List.of("amd64", "x86_64", "aarch64").contains(System.getProperty("os.arch")),
        "Jazzer is not made for this machine: decoders are fuzzed by jqwik alone");
    final Path seeds = seeds();
    Files.createDirectories(HOME.resolve("found"));
    final Path log = HOME.resolve("log.txt");
    final int seconds = Integer.getInteger("fuzz.seconds", 8);
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
                "--target_class=" + DecoderFuzzer.class.getName(),
                "--instrumentation_includes=io.calimero.node.libp2p.**",
                "--custom_hook_includes=io.calimero.node.libp2p.**",
                // It fails itself where Netty uses memory that way.
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                "--reproducer_path=" + HOME,
                "-max_total_time=" + seconds,
                "-max_len=2048",
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

  /** The committed inputs, each behind the byte that chooses its decoder. */
  private static Path seeds() throws IOException {
    final Path seeds = Files.createDirectories(HOME.resolve("seeds"));
    for (int i = 0; i < Decoder.ALL.size(); i++) {
      final Decoder decoder = Decoder.ALL.get(i);
      for (final Map.Entry<String, byte[]> input : Corpus.of(decoder).entrySet()) {
        final byte[] bytes = new byte[input.getValue().length + 1];
        bytes[0] = (byte) i;
        System.arraycopy(input.getValue(), 0, bytes, 1, bytes.length - 1);
        final String name = decoder.name().toLowerCase(Locale.ROOT) + "-" + input.getKey();
        Files.write(seeds.resolve(name), bytes);
      }
    }
    return seeds;
  }
}
