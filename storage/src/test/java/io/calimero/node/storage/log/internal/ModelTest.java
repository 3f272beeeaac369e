// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The log does what lists in a map would do, whatever happens in between. */
class ModelTest {
  /** A step; what its number means depends on what it is. */
  record Step(What what, int stream, int number) {}

  /** What can happen. */
  enum What {
    APPEND,
    APPEND_MORE,
    APPEND_GROUP,
    READ,
    END,
    CLOSE_AND_OPEN,
    KILL,
    POWER_FAILURE,
    LOSE_CHECKPOINT,
    LOSE_ACKNOWLEDGED
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(What.class),
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 3000))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 300)
  void theLogEqualsItsModel(@ForAll("steps") final List<Step> steps) throws Exception {
    final World world = new World();
    for (final Step step : steps) {
      world.run(step);
    }
    world.check();
    world.log.close();
  }

  private static final class World {
    private final Map<StreamId, List<Frame>> model = new TreeMap<>();
    private SimDisk disk = new SimDisk();
    private FileLog log = Logs.open(disk, Logs.SMALL);

    private void run(final Step step) throws Exception {
      final StreamId stream = Logs.stream(step.stream());
      switch (step.what()) {
        case APPEND -> append(stream, 1, step.number());
        case APPEND_MORE -> append(stream, 1 + (step.number() % 40), step.number() / 40);
        case APPEND_GROUP -> appendToAll(step.number() / 4);
        case READ -> read(stream, step.number());
        case END -> {
          log.end(stream).join();
          model.remove(stream);
        }
        case CLOSE_AND_OPEN -> {
          log.close();
          reopen(disk);
        }
        case KILL -> reopen(disk.afterKill());
        case POWER_FAILURE -> reopen(disk.afterPowerFailure(new Random(step.number())));
        case LOSE_CHECKPOINT -> disk.delete(Logs.DIR.resolve(Checkpoint.NAME));
        case LOSE_ACKNOWLEDGED -> {
          log.close();
          disk.delete(Logs.DIR.resolve(AcknowledgedFile.NAME));
          reopen(disk);
        }
      }
    }

    private void reopen(final SimDisk with) {
      disk = with;
      log = Logs.open(disk, Logs.SMALL);
      check();
    }

    private List<Frame> chain(final StreamId stream, final int count, final int length) {
      return Logs.chain(stream, Logs.head(log, stream), count, length);
    }

    private void append(final StreamId stream, final int count, final int length) {
      final List<Frame> frames = chain(stream, count, length);
      log.append(frames).join();
      model.computeIfAbsent(stream, s -> new ArrayList<>()).addAll(frames);
    }

    private void appendToAll(final int length) {
      final List<Frame> group = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        group.addAll(chain(Logs.stream(i), 1, length));
      }
      log.append(group).join();
      group.forEach(f -> model.computeIfAbsent(f.stream(), s -> new ArrayList<>()).add(f));
    }

    private void read(final StreamId stream, final int number) {
      final List<Frame> all = model.getOrDefault(stream, List.of());
      final int from = number % (all.size() + 2);
      final int max = 1 + (number % 23);
      final int start = Math.min(Math.max(from - 1, 0), all.size());
      assertThat(log.read(stream, from, max, Long.MAX_VALUE))
          .isEqualTo(all.subList(start, Math.min(start + max, all.size())));
    }

    private void check() {
      assertThat(log.damage()).isEmpty();
      assertThat(log.heads().keySet()).isEqualTo(model.keySet());
      model.forEach(
          (stream, frames) -> {
            assertThat(Logs.all(log, stream)).isEqualTo(frames);
            assertThat(log.head(stream))
                .contains(frames.isEmpty() ? StreamHead.NONE : Logs.headOf(frames.getLast()));
          });
    }
  }
}
