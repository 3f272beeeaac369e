// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt on a running node. */
class ShellCommandTest {
  private static final String CONTEXT = "9vTs1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";

  private final StandInNode node = new StandInNode();

  @TempDir private Path directory;

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void everyLineIsRunWhateverTheOnesBeforeDid() {
    node.on("GET /admin-api/health", "{\"data\":{\"status\":\"alive\"}}");
    node.on("GET /admin-api/contexts", 500, "{\"error\":\"broken\"}");
    node.on("POST /jsonrpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":\"a b\"}}");
    final Bench bench =
        new Bench(directory)
            .typed(
                """
                # a comment
                context ls

                nonsense "unfinished
                call
                " more
                call CTX m {"key": "it's {"}
                call CTX m {"key":
                  "two lines"}
                ./calimero call CTX m '{"key":"quoted"}'
                quit
                app ls
                """
                    .replace("CTX", CONTEXT));

    assertThat(bench.run("shell", "--node", node.url())).isZero();

    assertThat(node.requests())
        .hasSize(5)
        .doesNotContain("GET /admin-api/applications")
        .anyMatch(request -> request.contains("\"argsJson\":{\"key\": \"it's {\"}"))
        .anyMatch(request -> request.contains("\"argsJson\":{\"key\":\n  \"two lines\"}"))
        .anyMatch(request -> request.contains("\"argsJson\":{\"key\":\"quoted\"}"));
    assertThat(bench.out().lines()).containsExactly("\"a b\"", "\"a b\"", "\"a b\"");
    assertThat(bench.err())
        .contains("error: the node refused: broken")
        .contains("error: there is no command 'nonsense' here");
  }

  @Test
  void aPromptWithoutANodeDoesNotOpen() {
    final Bench bench = new Bench(directory).typed("help\n");

    assertThat(bench.run("shell", "--home", "home")).isEqualTo(3);

    assertThat(bench.out()).isEmpty();
  }

  @Test
  void thePromptHasItsOwnHelp() {
    node.on("GET /admin-api/health", "{\"data\":{\"status\":\"alive\"}}");
    final Bench bench = new Bench(directory).typed("help\nhelp call\n");

    assertThat(bench.run("shell", "--node", node.url())).isZero();

    assertThat(bench.out())
        .contains("End the prompt")
        .contains("Usage: calimero call")
        .doesNotContain("Run a node until");
  }
}
