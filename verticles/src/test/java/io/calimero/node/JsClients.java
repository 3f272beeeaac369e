// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The packages of src/test/js, installed into target/clients when they change. */
public final class JsClients {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path CLIENTS = Path.of("target", "clients");
  private static final List<String> FILES =
      List.of(
          ".npmrc",
          "package.json",
          "package-lock.json",
          "test/client.test.js",
          "test/push.test.js");

  private JsClients() {}

  /** Whether there is a Node to run them. */
  public static boolean canRun() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(Path::of)
        .anyMatch(folder -> Files.isExecutable(folder.resolve("node")));
  }

  /** Installs them. */
  public static synchronized void install() throws IOException, InterruptedException {
    for (final String file : FILES) {
      final Path copy = CLIENTS.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(SOURCES.resolve(file), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    final Path lock = SOURCES.resolve("package-lock.json");
    final Path installed = CLIENTS.resolve("installed.json");
    if (!Files.exists(installed) || Files.mismatch(installed, lock) >= 0) {
      run(Map.of(), "npm", "ci", "--loglevel=error");
      Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Puts the scripts of a folder beside them, so that they find the packages. */
  public static void add(final Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      Files.createDirectories(CLIENTS);
      for (final Path file : files.filter(each -> each.toString().endsWith(".mjs")).toList()) {
        Files.copy(file, CLIENTS.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a command among them; what it says comes in one stream. */
  public static Process start(final Map<String, String> environment, final String... command)
      throws IOException {
    final ProcessBuilder builder =
        new ProcessBuilder(command).directory(CLIENTS.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs a command among them to its end, which must be a good one; what it has said. */
  public static String run(final Map<String, String> environment, final String... command)
      throws IOException, InterruptedException {
    return end(start(environment, command));
  }

  /** Waits for the end of a process, which must be a good one; what it has said. */
  public static String end(final Process process) throws IOException, InterruptedException {
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
