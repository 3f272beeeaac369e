// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.MILLISECOND;
import static io.calimero.node.simulation.VirtualTime.SECOND;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What goes wrong in a run. Each run has some kinds of trouble and not others: all at once would
 * hide what each alone shows.
 */
final class Faults {
  private final World world;
  private final Wires wires;
  private final List<Machine> machines;
  private Optional<Long> crashing = Optional.empty();
  private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

  /** What can go wrong. */
  enum Kind {
    PARTITION,
    BROKEN_LINK,
    CRASH,
    CRASH_AFTER_ANSWERS,
    STOP,
    PAUSE,
    WEATHER,
    CLOCK,
    FULL_DISK,
    LOST_SNAPSHOTS
  }

  Faults(final World world, final Wires wires, final List<Machine> machines) {
    this.world = world;
    this.wires = wires;
    this.machines = machines;
    for (final Kind kind : Kind.values()) {
      if (world.chance(0.4)) {
        kinds.add(kind);
      }
    }
  }

  Set<Kind> kinds() {
    return kinds;
  }

  /** Trouble now and then, up to a time. */
  void until(final long end) {
    final long next = world.between(300 * MILLISECOND, 5 * SECOND);
    if (!kinds.isEmpty() && world.time().now() + next < end) {
      world
          .time()
          .after(
              next,
              () -> {
                happen(List.copyOf(kinds).get((int) world.between(0, kinds.size() - 1)), end);
                until(end);
              });
    }
  }

  private void happen(final Kind kind, final long end) {
    final Machine victim = machines.get((int) world.between(0, machines.size() - 1));
    final long left = end - world.time().now();
    world.trace(() -> kind + " at " + victim.peer());
    switch (kind) {
      case PARTITION -> {
        partition(victim);
        world.time().after(Math.min(left, world.between(SECOND, 40 * SECOND)), this::unite);
      }
      case BROKEN_LINK -> {
        final Machine other = machines.get((int) world.between(0, machines.size() - 1));
        wires.cut(victim.peer(), other.peer());
        world.time().after(Math.min(left, world.between(SECOND, 40 * SECOND)), this::unite);
      }
      case CRASH_AFTER_ANSWERS -> crashing = Optional.of(end);
      case CRASH -> {
        victim.crash();
        again(victim, left);
      }
      case STOP -> {
        victim.stop();
        again(victim, left);
      }
      case PAUSE -> {
        victim.pause();
        world
            .time()
            .after(Math.min(left, world.between(100 * MILLISECOND, 60 * SECOND)), victim::resume);
      }
      case WEATHER ->
          wires.weather(
              world.random().nextDouble() * 0.6,
              world.random().nextDouble() * 0.3,
              world.between(MILLISECOND, 3 * SECOND));
      case CLOCK -> victim.skewClock(world.between(-3600 * SECOND, 3600 * SECOND));
      case FULL_DISK -> {
        victim.diskFull(true);
        world
            .time()
            .after(
                Math.min(left, world.between(100 * MILLISECOND, 10 * SECOND)),
                () -> victim.diskFull(false));
      }
      case LOST_SNAPSHOTS -> victim.loseSnapshots();
    }
  }

  /**
   * A client of a node was told that something is done. It may be the last that its node, or the
   * one that ordered it, has said: what was not on the disk is lost then.
   */
  void acknowledged(final Machine node) {
    final long now = world.time().now();
    if (crashing.filter(end -> now < end).isPresent() && world.chance(0.5)) {
      final Machine victim = world.chance(0.5) ? node : machines.getFirst();
      final long left = crashing.get() - now;
      world
          .time()
          .after(
              Math.min(left, world.between(0, 20 * MILLISECOND)),
              () -> {
                world.trace(() -> victim.peer() + " crashes after an answer");
                victim.crash();
                again(victim, crashing.get() - world.time().now());
              });
    }
  }

  private void again(final Machine victim, final long left) {
    world
        .time()
        .after(
            Math.min(left, world.between(10 * MILLISECOND, 30 * SECOND)),
            () -> {
              world.trace(() -> victim.peer() + " is started");
              victim.start();
            });
  }

  private void unite() {
    world.trace(() -> "the network is whole");
    wires.unite();
  }

  /** One is alone, or the network falls into two parts. */
  private void partition(final Machine victim) {
    final boolean alone = world.chance(0.5);
    final List<Machine> here = new ArrayList<>();
    for (final Machine machine : machines) {
      if (alone ? machine == victim : world.chance(0.5)) {
        here.add(machine);
      }
    }
    for (final Machine one : here) {
      for (final Machine other : machines) {
        if (!here.contains(other)) {
          wires.cut(one.peer(), other.peer());
        }
      }
    }
  }

  /** All machines run, and all reach one another. */
  void end() {
    world.trace(() -> "all is well from now on");
    wires.unite();
    wires.weather(0, 0, 20 * MILLISECOND);
    for (final Machine machine : machines) {
      machine.diskFull(false);
      machine.resume();
      machine.start();
    }
  }
}
