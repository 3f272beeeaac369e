// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up --demo} makes and prints. */
@Timeout(60)
class DemoTest {
  private static final String APP = "9vTs1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";

  private final StandInNode node = new StandInNode();

  @TempDir private Path directory;

  @BeforeEach
  void makeSampleAndHome() throws IOException {
    final Path app = Files.createDirectories(directory.resolve("apps").resolve("kv-store"));
    Files.writeString(app.resolve("kv-store.wasm"), "wasm");
    Files.createDirectory(directory.resolve("home"));
    node.on("GET /admin-api/contexts", "{\"data\":{\"contexts\":[]}}");
    node.on(
        "POST /admin-api/install-dev-application",
        "{\"data\":{\"applicationId\":\"" + APP + "\"}}");
    node.on(
        "POST /admin-api/contexts", "{\"data\":{\"contextId\":\"C\",\"memberPublicKey\":\"M\"}}");
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void itCreatesAContextOfTheSampleAndPrintsLinesThatReachIt() throws Exception {
    final Bench bench = up();

    assertThat(node.requests().get(1))
        .startsWith("POST /admin-api/install-dev-application {\"path\":\"" + directory);
    final String created = node.requests().get(2);
    assertThat(created).startsWith("POST /admin-api/contexts {\"applicationId\":\"" + APP + "\"");

    final List<String> curls = bench.out().lines().filter(l -> l.startsWith("curl ")).toList();
    assertThat(curls).hasSize(2);
    node.on("POST /jsonrpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":null}}");
    for (final String curl : curls) {
      assertThat(paste(curl))
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":null}}");
    }
    final String sent = node.requests().get(3);
    assertThat(sent)
        .contains("\"method\":\"set\",\"argsJson\":{\"key\":\"greeting\",\"value\":\"hello\"}");
    assertThat(node.requests().get(4)).contains("\"method\":\"get\"");
    assertThat(bench.out()).contains("./calimero call --node " + node.url() + " ");
  }

  @Test
  void aLaterStartFindsTheSameContext() {
    final String first = context(up());
    node.on("GET /admin-api/contexts", "{\"data\":{\"contexts\":[{\"id\":\"" + first + "\"}]}}");
    final int before = node.requests().size();

    final String second = context(up());

    assertThat(second).isEqualTo(first);
    assertThat(node.requests().subList(before, node.requests().size()))
        .containsExactly("GET /admin-api/contexts");
  }

  @Test
  void aFailingDemoStopsTheNodeAndSaysWhy() throws IOException {
    Files.writeString(directory.resolve("home").resolve("demo.seed"), "spoilt");
    final Bench bench = new Bench(directory).root(directory);
    final FakeRunner runner = new FakeRunner(node.url());
    bench.runner(runner);

    assertThat(bench.run("up", "--demo", "--home", "home")).isEqualTo(1);

    assertThat(bench.err()).contains("error: the seed of the demo is spoilt");
    assertThat(runner.stops).hasValue(1);
  }

  @Test
  void withoutTheSampleItSaysWhatIsMissing() throws IOException {
    final Bench nowhere = new Bench(directory);
    nowhere.runner(new FakeRunner(node.url()));
    assertThat(nowhere.run("up", "--demo", "--home", "home")).isEqualTo(1);
    assertThat(nowhere.err()).contains("error: --demo needs the sample applications");

    Files.delete(directory.resolve("apps").resolve("kv-store").resolve("kv-store.wasm"));
    final Bench bench = new Bench(directory).root(directory);
    bench.runner(new FakeRunner(node.url()));
    assertThat(bench.run("up", "--demo", "--home", "home")).isEqualTo(1);
    assertThat(bench.err()).contains("error: the sample application is missing");
  }

  private Bench up() {
    final Bench bench = new Bench(directory).root(directory);
    bench.runner(new FakeRunner(node.url()).whenAwaited(bench::signal));
    assertThat(bench.run("up", "--demo", "--home", "home")).as(bench.err()).isZero();
    return bench;
  }

  private static String context(final Bench bench) {
    final String mark = "\"contextId\":\"";
    final int start = bench.out().indexOf(mark) + mark.length();
    return bench.out().substring(start, bench.out().indexOf('"', start));
  }

  // As a person does: the line goes through a shell.
  private static String paste(final String line) throws Exception {
    final Process shell = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
    final String said =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
