// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running node tells about itself, and when it is believed. */
class RunFileTest {
  private static final Instant STARTED = Instant.parse("2026-11-22T14:00:00Z");
  private static final RunFile FILE = new RunFile(4711, STARTED, List.of("http://127.0.0.1:1"));

  @TempDir private Path home;

  @Test
  void itIsReadFromTheHome() throws IOException {
    Files.createDirectory(home.resolve("run"));
    Files.writeString(
        RunFile.in(home),
        "{\"pid\":4711,\"started\":\"2026-11-22T14:00:00Z\",\"http\":[\"http://127.0.0.1:1\"],"
            + "\"later\":true}");

    assertThat(RunFile.read(home)).contains(FILE);
  }

  @Test
  void aHomeWithoutOneHasNone() throws IOException {
    assertThat(RunFile.read(home)).isEmpty();
    assertThat(RunFile.read(home.resolve("nowhere"))).isEmpty();
    Files.createDirectories(RunFile.in(home));
    assertThat(RunFile.read(home)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"pid\":\"x\",\"started\":\"2026-11-22T14:00:00Z\",\"http\":[\"u\"]}",
        "{\"pid\":1,\"started\":\"yesterday\",\"http\":[\"u\"]}",
        "{\"pid\":1,\"started\":\"2026-11-22T14:00:00Z\",\"http\":[]}",
        "{\"pid\":1,\"started\":\"2026-11-22T14:00:00Z\",\"http\":\"u\"}",
        "{\"started\":\"2026-11-22T14:00:00Z\",\"http\":[\"u\"]}"
      })
  void aSpoiltOneCountsAsNone(final String text) {
    assertThat(RunFile.parse(text)).isEmpty();
  }

  @Property
  void noTextIsTooOdd(@ForAll final String text) {
    assertThat(RunFile.parse(text)).isEmpty();
  }

  @Test
  void itIsBelievedWhileItsProcessRuns() {
    assertThat(FILE.alive(pid -> Optional.of(STARTED.minusSeconds(1)))).isTrue();
    assertThat(FILE.alive(pid -> Optional.of(Instant.MIN))).isTrue();
    assertThat(FILE.alive(pid -> Optional.empty())).isFalse();
  }

  @Test
  void aLaterProcessOfTheSameNumberIsAnother() {
    assertThat(FILE.alive(pid -> Optional.of(STARTED.plusSeconds(1)))).isFalse();
  }

  @Test
  void thisMachinesProcessesAreKnown() {
    final RunFile.Processes processes = RunFile.Processes.ofThisMachine();

    assertThat(processes.startOf(ProcessHandle.current().pid())).isPresent();
    assertThat(processes.startOf(Long.MAX_VALUE)).isEmpty();
  }
}
