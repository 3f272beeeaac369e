// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.acceptance.NodeProcess.Ended;
import io.calimero.node.storage.home.NodeHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node that cannot start says why, and leaves everything as it was. */
@Execution(ExecutionMode.CONCURRENT)
class RefusedStartIT {
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "1MiB");
  private static final int USAGE = 2;
  private static final int IN_USE = 6;

  @TempDir private Path directory;

  @Test
  void aHomeOrAPortInUse() {
    final Path home = directory.resolve("home");
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      final Ended sameHome = up(home, "0");
      assertThat(sameHome.code()).as(sameHome.output()).isEqualTo(IN_USE);
      assertThat(sameHome.output()).contains("in use").contains("process " + node.pid());

      final Path another = directory.resolve("another");
      final String port = Integer.toString(node.uri().getPort());
      final Ended samePort = up(another, port);
      assertThat(samePort.code()).as(samePort.output()).isEqualTo(IN_USE);
      assertThat(samePort.output()).contains("port " + port).contains("in use");
      assertThat(another.resolve("run/node.json")).doesNotExist();
      try (NodeHome free = NodeHome.open(another, Clock.systemUTC())) {
        assertThat(free.directory()).isEqualTo(another);
      }

      final String peerPort = client.peerAddress().split("/", -1)[4];
      final Ended samePeerPort =
          NodeProcess.run(
              SETTINGS,
              "up",
              "--home",
              another.toString(),
              "--http-port",
              "0",
              "--p2p-port",
              peerPort);
      assertThat(samePeerPort.code()).as(samePeerPort.output()).isEqualTo(IN_USE);
      assertThat(samePeerPort.output())
          .contains("port " + peerPort + " on 127.0.0.1, for other nodes, is in use")
          .contains("--p2p-port 0 takes one that is free.");

      assertThat(client.get("/admin-api/health").status()).isEqualTo(200);
    }
  }

  @Test
  void everyMistakeOfAConfigurationIsToldAtOnce() throws IOException {
    final Path home = directory.resolve("home");
    try (NodeHome made = NodeHome.init(home, Clock.systemUTC())) {
      assertThat(made.directory()).isEqualTo(home);
    }
    Files.writeString(
        home.resolve("config.yaml"),
        """
        http:
          prot: 1
        log:
          segment-size: huge
        execution:
          write-threads: 0
          require-compiler: perhaps
        """);
    final Ended ended =
        NodeProcess.run(
            Map.of("CONTEXTS_QUEUE", "many"),
            "up",
            "--home",
            home.toString(),
            "--http-port",
            "2600",
            "--p2p-port",
            "2600");
    assertThat(ended.code()).as(ended.output()).isEqualTo(USAGE);
    assertThat(ended.output())
        .contains("http.prot", "did you mean http.port")
        .contains("log.segment-size", "\"huge\"")
        .contains("execution.write-threads", "between 1 and")
        .contains("execution.require-compiler", "true or false")
        .contains("contexts.queue", "\"many\"", "the environment")
        .contains("http.port and p2p.port are both 2600")
        .contains(home.resolve("config.yaml").toString())
        .doesNotContain("Exception");
    assertThat(home.resolve("log")).isEmptyDirectory();
  }

  private static Ended up(final Path home, final String port) {
    return NodeProcess.run(
        SETTINGS, "up", "--home", home.toString(), "--http-port", port, "--p2p-port", "0");
  }
}
