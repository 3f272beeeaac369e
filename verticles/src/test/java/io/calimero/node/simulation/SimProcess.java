// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** A process on a machine: what it has to do is done unless it is dead, and waits while stopped. */
final class SimProcess {
  private static final long HOP = 50 * VirtualTime.MICROSECOND;

  private final World world;
  private final Map<String, Long> lanes = new HashMap<>();
  private final Deque<Runnable> backlog = new ArrayDeque<>();
  private boolean alive = true;
  private boolean paused;

  SimProcess(final World world) {
    this.world = world;
  }

  World world() {
    return world;
  }

  boolean alive() {
    return alive;
  }

  /** Whether it does anything now. */
  boolean running() {
    return alive && !paused;
  }

  /** Nothing that it had still to do is ever done. */
  void kill() {
    alive = false;
    backlog.clear();
  }

  /** As SIGSTOP. */
  void pause() {
    paused = true;
  }

  /** As SIGCONT: what was due meanwhile is done now. */
  void resume() {
    paused = false;
    while (running() && !backlog.isEmpty()) {
      run(backlog.removeFirst());
    }
  }

  /** Does something now, if this process does anything. */
  void run(final Runnable task) {
    if (!alive) {
      return;
    }
    if (paused) {
      backlog.addLast(task);
      return;
    }
    try {
      task.run();
    } catch (final RuntimeException bug) {
      world.checker().thrown(bug);
    }
  }

  /** Does something after a while. */
  void after(final long nanos, final Runnable task) {
    world.time().after(nanos, () -> run(task));
  }

  /** Does something every so often, for as long as it lives. */
  void every(final long nanos, final Runnable task) {
    after(
        nanos,
        () -> {
          task.run();
          every(nanos, task);
        });
  }

  /** Does something soon, and what is put on one lane in order. */
  void post(final String lane, final Runnable task) {
    final long due =
        Math.max(
            lanes.getOrDefault(lane, 0L),
            world.time().now() + world.between(VirtualTime.MICROSECOND, HOP));
    lanes.put(lane, due);
    world.time().at(due, () -> run(task));
  }
}
