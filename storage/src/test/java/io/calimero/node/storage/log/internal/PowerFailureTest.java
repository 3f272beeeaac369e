// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The power fails at any step, and what was not forced is lost as the dice fall. */
class PowerFailureTest {
  private static final int STREAMS = 5;

  /** What a run wrote: its groups in order, and how many of them were acknowledged. */
  private static final class Ledger {
    private final List<List<Frame>> groups = new ArrayList<>();
    private final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private final Map<StreamId, StreamHead> heads = new HashMap<>();

    private void append(final FileLog log, final Random dice) {
      final List<Frame> group = new ArrayList<>();
      final int frames = 1 + (dice.nextInt(3) == 0 ? dice.nextInt(4) : 0);
      final Map<StreamId, StreamHead> moved = new HashMap<>(heads);
      for (int i = 0; i < frames; i++) {
        final StreamId stream = Logs.stream(dice.nextInt(STREAMS));
        final Frame frame =
            Logs.next(
                stream,
                moved.getOrDefault(stream, StreamHead.NONE),
                Logs.payload(dice.nextInt(dice.nextInt(8) == 0 ? 6_000 : 600), groups.size()));
        moved.put(stream, Logs.headOf(frame));
        group.add(frame);
      }
      final CompletableFuture<Void> answer = log.append(group);
      groups.add(group);
      answers.add(answer);
      heads.putAll(moved);
    }
  }

  @Test
  void whateverWasAcknowledgedIsThereAndEveryGroupWholeOrNotAtAll() {
    for (int seed = 0; seed < 400; seed++) {
      final Random dice = new Random(seed);
      try {
        run(dice);
      } catch (final AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void run(final Random dice) {
    SimDisk disk = new SimDisk();
    final Ledger ledger = new Ledger();
    final int lives = 1 + dice.nextInt(4);
    for (int life = 0; life < lives; life++) {
      disk.failAfter(1 + dice.nextInt(120));
      live(disk, ledger, dice);
      disk = disk.afterPowerFailure(dice);
      check(disk, ledger);
    }
  }

  private static void live(final SimDisk disk, final Ledger ledger, final Random dice) {
    final Logs.Lane lane = new Logs.Lane();
    final FileLog log;
    try {
      log = FileLog.open(Logs.inline(disk, lane), Logs.DIR, Logs.SMALL);
    } catch (final LogException e) {
      assertThat(e.code()).isEqualTo(LogException.Code.UNREADABLE);
      return;
    }
    for (int i = 0; i < 60; i++) {
      if (dice.nextInt(3) == 0) {
        lane.hold();
      } else {
        lane.release();
      }
      ledger.append(log, dice);
    }
    lane.release();
    if (dice.nextBoolean()) {
      log.close();
    }
  }

  /** Opens what is left, and makes the ledger what the log now holds. */
  private static void check(final SimDisk disk, final Ledger ledger) {
    try (FileLog log = Logs.open(disk, Logs.SMALL)) {
      assertThat(log.damage()).as("damage").isEmpty();
      int present = 0;
      while (present < ledger.groups.size() && holds(log, ledger.groups.get(present))) {
        present++;
      }
      int acknowledged = 0;
      for (int i = 0; i < ledger.answers.size(); i++) {
        final CompletableFuture<Void> answer = ledger.answers.get(i);
        acknowledged = answer.isDone() && !answer.isCompletedExceptionally() ? i + 1 : acknowledged;
      }
      assertThat(present).as("groups that are there").isGreaterThanOrEqualTo(acknowledged);
      final Map<StreamId, List<Frame>> expected = new HashMap<>();
      ledger.groups.subList(0, present).stream()
          .flatMap(List::stream)
          .forEach(f -> expected.computeIfAbsent(f.stream(), s -> new ArrayList<>()).add(f));
      assertThat(log.heads().keySet()).isEqualTo(expected.keySet());
      expected.forEach((stream, frames) -> assertThat(Logs.all(log, stream)).isEqualTo(frames));
      ledger.groups.subList(present, ledger.groups.size()).clear();
      ledger.answers.subList(present, ledger.answers.size()).clear();
      ledger.heads.clear();
      ledger.heads.putAll(log.heads());
    }
  }

  private static boolean holds(final FileLog log, final List<Frame> group) {
    final Frame last = group.getLast();
    return Logs.head(log, last.stream()).position() >= last.position();
  }
}
