// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A js-libp2p peer in a process of its own; see {@code src/test/js/peer.mjs}. */
public final class JsPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 90;
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path HOME = Path.of("target", "js");

  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final PeerId id;
  private final Multiaddr address;

  private JsPeer(final Process process) {
    this.process = process;
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::listen);
    final JsonNode hello = answer();
    if (hello.has("missing")) {
      process.destroyForcibly();
      Assumptions.abort(hello.get("missing").asText());
    }
    id = PeerId.parse(hello.get("id").asText());
    address = Multiaddr.parse(hello.get("addresses").get(0).asText()).withoutPeer();
  }

  /** Starts a peer with {@code options} (JSON); the test is skipped where there is no Node. */
  public static JsPeer start(final String options) {
    install();
    try {
      return new JsPeer(
          new ProcessBuilder("node", "peer.mjs", options)
              .directory(HOME.toFile())
              .redirectError(new File(HOME.toFile(), "errors.txt"))
              .start());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A peer with Noise and yamux. */
  public static JsPeer start() {
    return start("{}");
  }

  /** Skips the test where there is no Node; installs what the peer needs, once. */
  static synchronized void install() {
    Assumptions.assumeTrue(hasNode(), "There is no node on the path: js-libp2p is not tested with");
    try {
      Files.createDirectories(HOME);
      try (Stream<Path> files = Files.list(SOURCES)) {
        for (final Path file : files.filter(Files::isRegularFile).toList()) {
          copy(file, HOME.resolve(file.getFileName()));
        }
      }
      final Path installed = HOME.resolve("installed.json");
      final Path lock = SOURCES.resolve("package-lock.json");
      if (!Files.exists(installed) || Files.mismatch(installed, lock) >= 0) {
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
        copy(lock, installed);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(final Path from, final Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean hasNode() {
    try {
      run("node", "--version");
      return true;
    } catch (final IOException e) {
      return false;
    }
  }

  private static void run(final String... command) throws IOException {
    Files.createDirectories(HOME);
    final File log = new File(HOME.toFile(), "install.txt");
    final Process process =
        new ProcessBuilder(command)
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            String.join(" ", command) + " failed:\n" + Files.readString(log.toPath()));
      }
    } catch (final InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(answers::add);
    } catch (final IOException | UncheckedIOException e) {
      answers.add("{\"error\":\"the process has ended\"}");
    }
  }

  /** Who it is. */
  public PeerId id() {
    return id;
  }

  /** Where it listens. */
  public List<Multiaddr> addresses() {
    return List.of(address);
  }

  /** Lets it do {@code command} with pairs of names and values; its answer. */
  public JsonNode ask(final String command, final Object... arguments) {
    final ObjectNode line = JSON.createObjectNode().put("do", command);
    for (int i = 0; i < arguments.length; i += 2) {
      line.set(String.valueOf(arguments[i]), JSON.valueToTree(arguments[i + 1]));
    }
    try {
      commands.write(line.toString());
      commands.newLine();
      commands.flush();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  private JsonNode answer() {
    try {
      final Optional<String> line =
          Optional.ofNullable(answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
      final JsonNode answer =
          JSON.readTree(line.orElseThrow(() -> new IllegalStateException("js does not answer")));
      if (answer.has("error")) {
        throw new IllegalStateException("js failed: " + answer.get("error").asText());
      }
      return answer;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The process that it runs in. */
  ProcessHandle process() {
    return process.toHandle();
  }

  /** Kills it without a word to its peers. */
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
