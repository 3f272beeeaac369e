// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How progress is shown. */
class ProgressTest {
  private static final String ERASE = "\r\u001b[K";

  private final StringWriter err = new StringWriter();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @Test
  void onATerminalTheBarIsDrawnOverAndTakenAwayAtTheEnd() {
    try (Progress progress = progress(true)) {
      progress.at(0, 200);
      pass(600);
      progress.at(50, 200);
      pass(20);
      progress.at(51, 200);
      pass(2000);
      progress.at(200, 200);
    }

    assertThat(err.toString())
        .isEqualTo(
            ERASE
                + "checking [#######-----------------------]  25 % (0 s)"
                + ERASE
                + "checking [##############################] 100 % (2 s)"
                + ERASE);
  }

  @Test
  void elsewhereThereIsALineEveryTenSeconds() {
    try (Progress progress = progress(false)) {
      for (int i = 0; i <= 250; i++) {
        progress.at(i, 250);
        pass(100);
      }
    }

    assertThat(err.toString().lines())
        .containsExactly("checking 40 % (10 s)", "checking 80 % (20 s)");
  }

  @Test
  void shortWorkShowsNothing() {
    try (Progress progress = progress(true)) {
      progress.waiting();
      pass(400);
      progress.counted(3, "entries");
    }

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whereTheEndIsUnknownItCountsOrJustWaits() {
    try (Progress progress = progress(true)) {
      pass(1000);
      progress.counted(3, "entries");
      pass(1000);
      progress.waiting();
    }

    assertThat(err.toString())
        .isEqualTo(ERASE + "checking 3 entries (1 s)" + ERASE + "checking (2 s)" + ERASE);
  }

  @Test
  void aWholeOfNothingIsDone() {
    try (Progress progress = progress(true)) {
      pass(1000);
      progress.at(0, 0);
      pass(1000);
      progress.at(300, 200);
    }

    assertThat(err.toString()).contains("100 % (1 s)").contains("100 % (2 s)");
  }

  private Progress progress(final boolean terminal) {
    final Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            new Console.Traits(false, false, terminal, false));
    final InstantSource source = now::get;
    final Clock clock = source.withZone(ZoneOffset.UTC);
    return new Progress(console, clock, "checking");
  }

  private void pass(final long millis) {
    now.updateAndGet(instant -> instant.plus(Duration.ofMillis(millis)));
  }
}
