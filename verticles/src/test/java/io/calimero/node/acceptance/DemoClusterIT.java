// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code demo cluster} as a person starts it. */
@Execution(ExecutionMode.CONCURRENT)
class DemoClusterIT {
  private static final Pattern PROCESS = Pattern.compile("node\\d is process (\\d+),");

  @TempDir private Path directory;

  @Test
  void threeNodesAgreeAndNothingIsLeftBehind() {
    final Path folder = directory.resolve("homes");
    final NodeProcess.Ended ended =
        NodeProcess.runLight("demo", "cluster", "--folder", folder.toString(), "--writes", "20");
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("node3 has been invited, and has joined.")
        .contains("node3 is back, and has caught up with 20 entries.")
        .containsPattern("All three have position \\d+ and state root \\S+\\.");
    assertThat(folder).doesNotExist();
    assertThat(processes(ended.output())).hasSize(3).noneMatch(DemoClusterIT::runs);
  }

  @Test
  void askedToStopItLeavesNoProcess() {
    try (NodeProcess demo = NodeProcess.launchLight("demo", "cluster")) {
      demo.awaitOutput("node3 is process ");
      // Unlike Process.destroy, this leaves its output open.
      assertThat(ProcessHandle.of(demo.pid()).orElseThrow().destroy()).isTrue();
      final NodeProcess.Ended ended = demo.awaitEnd();
      assertThat(ended.code()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output()).contains("stopped before the end");
      assertThat(processes(ended.output())).hasSize(3).noneMatch(DemoClusterIT::runs);
    }
  }

  private static List<Long> processes(final String output) {
    return PROCESS.matcher(output).results().map(found -> Long.valueOf(found.group(1))).toList();
  }

  private static boolean runs(final long process) {
    return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
  }
}
