// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said when something is wrong, and the exit code. */
class FailuresTest {
  private static final String ID = "9vTs1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";
  private static final String SIMILAR = "9vTu1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";

  private final StandInNode node = new StandInNode();
  private Bench bench;

  @TempDir private Path directory;

  @BeforeEach
  void openBench() {
    bench = new Bench(directory);
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void whereNoNodeAnswersItSaysHowToStartOne() throws IOException {
    final String url = nobody();

    assertThat(bench.run("app", "ls", "--node", url)).isEqualTo(3);

    assertThat(bench.out()).isEmpty();
    assertThat(bench.err())
        .isEqualTo(
            lines(
                "error: no node answers at " + url,
                "Is the address right, and does the node run?"));
  }

  @Test
  void aNamedHomeWithoutANodeIsNotTakenForAnother() {
    final Path home = directory.resolve("my home");

    assertThat(bench.run("context", "ls", "--home", "my home")).isEqualTo(3);
    bench.environment("CALIMERO_HOME", home.toString());
    assertThat(bench.run("context", "ls")).isEqualTo(3);

    final String said =
        lines("error: no node runs in " + home, "Start one: ./calimero up --home '" + home + "'");
    assertThat(bench.err()).isEqualTo(said + said);
  }

  @Test
  void aRunFileLeadsToTheNodeOfTheHome() throws IOException {
    runFile(42);
    node.on("GET /admin-api/contexts", "{\"data\":{\"contexts\":[]}}");

    assertThat(bench.livingProcess(42).run("context", "ls", "--home", "home", "--json")).isZero();

    assertThat(bench.out()).isEqualTo(lines("{\"data\":{\"contexts\":[]}}"));
  }

  @Test
  void theRunFileOfAProcessThatEndedCountsAsNone() throws IOException {
    runFile(42);

    assertThat(bench.run("context", "ls", "--home", "home")).isEqualTo(3);

    assertThat(node.requests()).isEmpty();
    assertThat(bench.err()).startsWith("error: no node runs in " + directory.resolve("home"));
  }

  @Test
  void aNodeThatDoesNotAnswerInTimeMayHaveDoneIt() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      final String url = "http://127.0.0.1:" + silent.getLocalPort();

      assertThat(bench.run("app", "ls", "--node", url, "--timeout", "1")).isEqualTo(3);

      assertThat(bench.err())
          .contains("has not answered within 1 s: whether it did what was asked is not known")
          .contains("Wait longer with --timeout SECONDS.");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "500 | {\"error\":\"no room\"}              | the node refused: no room",
        "400 | {\"error\":{\"message\":\"odd\"}}    | the node refused: odd",
        "502 | <html>gone</html>                    | the node refused: HTTP status 502: <html>gone</html>",
        "503 | ``                                   | the node refused: HTTP status 503"
      })
  void aRefusalIsToldInTheNodesWords(final int status, final String body, final String message) {
    node.on("GET /admin-api/applications", status, body);

    assertThat(run("app", "ls")).isEqualTo(4);

    assertThat(bench.err()).isEqualTo(lines("error: " + message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"ContextNotFound\"}                        | the node has no such context",
        "{\"type\":\"FunctionCallError\",\"data\":\"panic\"}   | the call failed: panic",
        "{\"type\":\"FunctionCallError\",\"data\":\"the method call returned an error: [34, 120, 34]\"} | the call failed: the method returned the error \"x\"",
        "{\"type\":\"FunctionCallError\",\"data\":\"the method call returned an error: [oops]\"} | the call failed: the method call returned an error: [oops]",
        "{\"type\":\"ParseError\",\"data\":\"odd\"}            | the node does not understand the request: odd",
        "{\"type\":\"InternalError\",\"data\":{}}              | the node refused: InternalError",
        "{\"type\":\"InternalError\"}                          | the node refused: InternalError",
        "{\"type\":\"Busy\",\"data\":{\"message\":\"later\"}}  | the node refused: Busy (later)",
        "{\"type\":\"Busy\",\"data\":[1]}                      | the node refused: Busy ([1])",
        "{\"type\":\"Uninitialized\"}                          | the context has no state yet: it has never been caught up",
        "{\"type\":\"ApplicationNotInstalled\",\"data\":{}}    | the context's application is not installed",
        "{\"type\":\"Unauthorized\",\"data\":{}}               | the node has no key of a member of this context that it may sign with",
        "\"odd\"                                               | the node refused: odd",
        "{\"data\":\"\\u001b[31m\"}                            | the node refused: an error without a type (\\u001b[31m)",
      })
  void anErrorOfACallIsToldSoThatAPersonUnderstandsIt(final String error, final String message) {
    node.on("POST /jsonrpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":" + error + "}");

    assertThat(run("call", ID, "m")).isEqualTo(4);

    assertThat(bench.err().lines().findFirst()).contains("error: " + message);
  }

  @Test
  void forScriptsARefusalIsAlsoPrintedAsItCame() {
    node.on("POST /jsonrpc", "{\"error\": {\"type\":\"ContextNotFound\"}}");
    node.on("GET /admin-api/contexts", 500, "{\"error\":  \"x\"}");

    assertThat(run("call", ID, "m", "--json")).isEqualTo(4);
    assertThat(run("context", "ls", "--json")).isEqualTo(4);

    assertThat(bench.out())
        .isEqualTo(lines("{\"error\": {\"type\":\"ContextNotFound\"}}", "{\"error\":  \"x\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"hello", "[]", "{\"data\":{}}", "{\"data\":{\"apps\":[1]}}"})
  void anAnswerOfSomethingElseThanANodeIsNotTakenForOne(final String body) {
    node.on("GET /admin-api/applications", body);

    assertThat(run("app", "ls")).isEqualTo(1);

    assertThat(bench.err())
        .startsWith(
            "error: the answer is not what a Calimero node answers" + System.lineSeparator());
  }

  @Test
  void anIdThatIsShortForSeveralIsRefusedWithTheList() {
    apps();

    assertThat(run("app", "rm", "9vT")).isEqualTo(2);

    assertThat(node.requests()).containsExactly("GET /admin-api/applications");
    assertThat(bench.err().lines())
        .containsExactly("error: '9vT' is short for 2 applications", "  " + ID, "  " + SIMILAR);
  }

  @Test
  void anIdThatIsShortForNoneIsRefused() {
    apps();

    assertThat(run("app", "get", "x/../y")).isEqualTo(4);
    assertThat(run("app", "get", "")).isEqualTo(4);

    assertThat(bench.err().lines().findFirst())
        .contains("error: the node has no application whose identifier is or begins with 'x/../y'");
    assertThat(node.requests()).containsOnly("GET /admin-api/applications");
  }

  @Test
  void whatIsNotThereIsNotRemovedOrShown() {
    node.on("DELETE /admin-api/contexts/" + ID, "{\"data\":{\"isDeleted\":false}}");
    node.on("GET /admin-api/applications/" + ID, "{\"data\":{\"application\":null}}");

    assertThat(run("context", "rm", ID)).isEqualTo(4);
    assertThat(run("app", "get", ID)).isEqualTo(4);

    assertThat(bench.err().lines())
        .containsExactly(
            "error: the node has no context " + ID, "error: the node has no application " + ID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,}  | Unexpected character ('}'): was expecting double-quote to start field name | 1 | 8",
        "{\"a\":1} 3 | more follows after the end of the value | 1 | 9",
        "{\"a\":tru} | Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') | 1 | 6",
        "{key:1}     | Unexpected character ('k'): was expecting double-quote to start field name | 1 | 2"
      })
  void argumentsThatAreNoJsonAreShownWithThePlace(
      final String json, final String message, final int line, final int column) {
    assertThat(run("call", ID, "m", json)).isEqualTo(2);

    assertThat(node.requests()).isEmpty();
    assertThat(bench.err().lines())
        .containsExactly(
            "error: the arguments must be JSON: "
                + message
                + " (line "
                + line
                + ", column "
                + column
                + ")",
            "  " + json,
            "  " + " ".repeat(column - 1) + "^");
  }

  @Test
  void wordsThatMakeNoSenseAreRefusedBeforeAnyNodeIsAsked() throws IOException {
    Files.createDirectory(directory.resolve("folder"));
    Files.write(directory.resolve("latin"), new byte[] {'"', (byte) 0xe9, '"'});

    usage(
        "there is no file " + directory.resolve("no.wasm") + " that can be read",
        "app",
        "install",
        "no.wasm");
    usage(
        directory.resolve("folder") + " is a directory, not a WebAssembly module",
        "app",
        "install",
        "folder");
    usage(
        "--hash is for URLs: a file on this machine needs no such check",
        "app",
        "install",
        "x",
        "--hash",
        ID);
    usage("--seed must be 32 bytes in base58", "context", "create", ID, "--seed", "0");
    usage("--gas must be at least 1", "context", "create", ID, "--gas", "0");
    usage(
        "Invalid value for option '--gas': 'much' is not a long",
        "context",
        "create",
        ID,
        "--gas",
        "much");
    usage("--as must be a whole public key: 32 bytes in base58", "call", ID, "m", "--as", "me");
    usage("--timeout must be at least 1 second", "app", "ls", "--timeout", "0");
    usage("the arguments must be JSON, but there is nothing", "call", ID, "m", "");
    usage("the arguments are not UTF-8 text", "call", ID, "m", "@latin");
    usage("the arguments cannot be read from '@no': there is no such file", "call", ID, "m", "@no");
    usage("'app' needs one of these words behind it: install, ls, get, rm, inspect", "app");
    usage("there is no command 'instal' here", "app", "instal");
    usage("there is no option '--jsn' here", "app", "ls", "--jsn");
    usage("'b' is one word too many: what has spaces in it must be quoted", "app", "ls", "b");
    usage("Missing required parameter: 'METHOD'", "call", ID);

    assertThat(node.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:2528", "ftp://a", "http://", "http://a?b", "http://a b"})
  void anAddressThatIsNoneIsRefused(final String url) {
    assertThat(bench.run("app", "ls", "--node", url)).isEqualTo(2);

    assertThat(bench.err()).startsWith("error: '" + url + "' is no address of a node");
  }

  @Test
  void anUnexpectedFailureIsOneLineAndWithVerboseItsStack() {
    bench.runner(new BrokenRunner());

    assertThat(bench.run("init")).isEqualTo(1);
    assertThat(bench.err().lines())
        .containsExactly(
            "error: unexpected: java.lang.IllegalStateException: broken",
            "This is a mistake of the program. With --verbose it says where it arose.");

    assertThat(bench.run("init", "--verbose")).isEqualTo(1);
    assertThat(bench.err()).contains("\tat io.calimero.node.cli.internal.BrokenRunner.");
  }

  private void usage(final String message, final String... words) {
    final Bench fresh = new Bench(directory);
    final List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--node", node.url()));
    final boolean group = words.length == 1;
    assertThat(fresh.run(group ? words : all.toArray(String[]::new))).isEqualTo(2);
    assertThat(fresh.err().lines().findFirst()).contains("error: " + message);
    assertThat(fresh.out()).isEmpty();
  }

  private void apps() {
    node.on(
        "GET /admin-api/applications",
        "{\"data\":{\"apps\":[{\"id\":\"" + ID + "\"},{\"id\":\"" + SIMILAR + "\"}]}}");
  }

  private void runFile(final long pid) throws IOException {
    final Path run = Files.createDirectories(directory.resolve("home").resolve("run"));
    Files.writeString(
        run.resolve("node.json"),
        "{\"pid\":"
            + pid
            + ",\"started\":\"2026-11-22T14:00:00Z\",\"http\":[\""
            + node.url()
            + "\"]}");
  }

  private static String nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + free.getLocalPort();
    }
  }

  private int run(final String... words) {
    final List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--node", node.url()));
    return bench.run(all.toArray(String[]::new));
  }

  private static String lines(final String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
