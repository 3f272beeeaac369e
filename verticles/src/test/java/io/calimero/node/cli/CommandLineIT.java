// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.cli.internal.Program;
import io.calimero.node.cli.internal.Workplace;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.shell.PipedLines;
import io.calimero.node.cli.internal.terminal.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands against a real node and its real files. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class CommandLineIT {
  private static final Path ROOT = Path.of(System.getProperty("root.dir", "..")).toAbsolutePath();

  private volatile Runnable stop = () -> {};

  @TempDir private Path directory;

  @Test
  void aNodeIsRunUsedStoppedCheckedAndRebuilt() throws Exception {
    final Path home = directory.resolve("home");
    final String context = runAndUse(home);

    assertThat(RunFile.read(home)).isEmpty();
    final Said clean = run("log", "verify");
    assertThat(clean.out()).startsWith("The log is clean: 1 context, ");
    assertThat(run("log", "dump").out().lines())
        .hasSize(7)
        .last()
        .asString()
        .endsWith(
            "set {\"key\":\"k\",\"value\":\"v\"} by " + author(context) + ": 3 writes, 1 event");
    assertThat(run("log", "tail", "-n", "1", "--context", context, "--json").out())
        .contains("\"position\":3")
        .contains("\"arguments\":\"{\\\"key\\\":\\\"k\\\",\\\"value\\\":\\\"v\\\"}\"");

    assertThat(run("log", "tail", "--follow", "-n", "2").out().lines()).hasSize(2);

    final Said rebuilt = run("state", "rebuild", "--context", context.substring(0, 5));
    final Said verified = run("state", "rebuild", "--verify");
    final String row = verified.out().lines().skip(1).findFirst().orElse("");
    assertThat(row).startsWith(context + "  3").matches(".*\\s2\\s+0");
    assertThat(rebuilt.out()).contains(row.replaceFirst("\\s+2\\s+0$", ""));

    damage(home);
    assertThat(run(5, "log", "verify").err()).contains("error: the log is damaged");
    assertThat(run(5, "log", "verify", "--json").out()).startsWith("{\"clean\":false");
    assertThat(run("log", "dump").out()).contains("DAMAGED: segment 1, offset ");
  }

  private String runAndUse(final Path home) throws Exception {
    final CompletableFuture<String> ready = new CompletableFuture<>();
    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                final Workplace workplace = workplace(new Listening(ready), new StringWriter());
                ended.complete(
                    Program.run(workplace, "up", "--demo", "--http-port", "0", "--p2p-port", "0"));
              } catch (final RuntimeException e) {
                ready.completeExceptionally(e);
                ended.completeExceptionally(e);
              }
            });
    final String context = ready.get(120, TimeUnit.SECONDS);

    assertThat(RunFile.read(home)).isPresent();
    spendTheGas(context);
    run("call", context, "set", "{\"key\":\"k\",\"value\":\"v\"}");
    assertThat(run("call", context.substring(0, 6), "get", "{\"key\":\"k\"}").out().strip())
        .isEqualTo("\"v\"");
    assertThat(run("context", "get", context).out()).contains("position     3");
    assertThat(run(4, "call", context, "nothing").err()).startsWith("error: the call failed: ");
    assertThat(run(6, "up").err())
        .startsWith("error: the home " + home + " is in use")
        .contains("A node runs there already: process ");
    assertThat(run(6, "state", "rebuild").err()).contains("Stop the node first");
    assertThat(run("log", "verify").out()).startsWith("The log is clean");
    assertThat(run(6, "up", "--home", "other", "--http-port", port(home), "--p2p-port", "0").err())
        .contains("error: port " + port(home) + " on 127.0.0.1 is in use")
        .contains("--http-port 0 takes one that is free.");
    assertThat(run("peers").err()).contains("This node is at /ip4/127.0.0.1/tcp/");

    stop.run();
    assertThat(ended.get(30, TimeUnit.SECONDS)).isZero();
    return context;
  }

  /** A context of the same application that can do less, and goes again. */
  private void spendTheGas(final String context) {
    final String shown = run("context", "get", context).out();
    final String application = shown.lines().toList().get(1).replace("application", "").strip();
    assertThat(shown).contains("gas          1000000000");
    final String set = "{\"key\":\"k\",\"value\":\"" + "v".repeat(150_000) + "\"}";
    final String poor =
        run("context", "create", application, "{}", "--gas", "150000").out().strip();
    assertThat(run("context", "get", poor).out()).contains("gas          150000");
    assertThat(run(4, "call", poor, "set", set).err()).contains("out of gas");
    assertThat(run("log", "dump", "--context", poor).out())
        .contains("context created with application ", ", gas 150000 by ");
    assertThat(run("log", "dump", "--context", poor, "--json").out())
        .contains("\"schedule\":2,\"gas\":150000");
    assertThat(run(4, "context", "create", application, "--gas", "10000000001").err())
        .contains("the gas must be from 1 to 10000000000");
    run("context", "rm", poor);
  }

  private static String port(final Path home) {
    final String url = RunFile.read(home).orElseThrow().http().getFirst();
    return url.substring(url.lastIndexOf(':') + 1);
  }

  private String author(final String context) {
    final String dump = run("log", "dump", "--context", context).out();
    return dump.substring(dump.lastIndexOf(" by ") + 4, dump.lastIndexOf(": 3 writes"));
  }

  // Turns a bit of the last entry's payload.
  private static void damage(final Path home) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("log"))) {
      final List<Path> segments =
          files
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparingLong(CommandLineIT::size).reversed())
              .toList();
      final byte[] content = Files.readAllBytes(segments.getFirst());
      final int at = new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("\"value\"");
      assertThat(at).isPositive();
      try (RandomAccessFile file = new RandomAccessFile(segments.getFirst().toFile(), "rw")) {
        file.seek(at);
        file.write(content[at] ^ 1);
      }
    }
  }

  private static long size(final Path file) {
    return file.toFile().length();
  }

  private Said run(final String... words) {
    return run(0, words);
  }

  private Said run(final int code, final String... words) {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final int ended = Program.run(workplace(out, err), words);
    assertThat(ended).as("%s: %s", List.of(words), err).isEqualTo(code);
    return new Said(out.toString(), err.toString());
  }

  private Workplace workplace(final StringWriter out, final StringWriter err) {
    return new Workplace(
        new Console(
            InputStream.nullInputStream(),
            new PrintWriter(out),
            new PrintWriter(err),
            Console.Traits.NONE),
        new Workplace.Place(
            Map.of(Workplace.HOME_VARIABLE, "home"),
            directory,
            directory,
            Optional.of(ROOT),
            "./calimero"),
        new Workplace.Machine(
            // Tests listen on this machine only.
            new CalimeroRunner(Map.of("CALIMERO_P2P_HOSTS", "127.0.0.1"), Clock.systemUTC()),
            RunFile.Processes.ofThisMachine(),
            Clock.systemUTC(),
            new SecureRandom(),
            action -> stop = action,
            time -> stop.run(),
            (console, _) -> new PipedLines(console.in())),
        Optional.empty());
  }

  private record Said(String out, String err) {}

  /** Completes with the context of the demo as soon as its last line has been written. */
  private static final class Listening extends StringWriter {
    private final CompletableFuture<String> ready;

    Listening(final CompletableFuture<String> ready) {
      this.ready = ready;
    }

    @Override
    public void flush() {
      super.flush();
      final String said = toString();
      final int start = said.indexOf("\"contextId\":\"") + 13;
      if (said.contains(" get '{\"key\":\"greeting\"}'")) {
        ready.complete(said.substring(start, said.indexOf('"', start)));
      }
    }
  }
}
