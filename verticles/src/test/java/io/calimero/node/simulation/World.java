// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What everything in a run shares.
 *
 * @param time the clock and what is due
 * @param random the only source of chance, made of the seed
 * @param checker what is watched for
 * @param trace where a person reads along; does nothing unless one does
 * @param signatures what verifies each signature once for all nodes
 * @param planted what is broken on purpose, to test the checker
 */
record World(
    VirtualTime time,
    Random random,
    Checker checker,
    Consumer<Supplier<String>> trace,
    KnownSignatures signatures,
    Bug planted) {

  /** Whether something happens that does with this probability. */
  boolean chance(final double probability) {
    return random.nextDouble() < probability;
  }

  /** A number from one to another, both included. */
  long between(final long least, final long most) {
    return least + (long) (random.nextDouble() * (most - least + 1));
  }

  void trace(final Supplier<String> line) {
    trace.accept(() -> String.format(Locale.ROOT, "%10.6f ", time.now() / 1e9) + line.get());
  }

  boolean has(final Bug bug) {
    return planted == bug;
  }

  /** What can be broken on purpose: a checker that finds none of it is worth nothing. */
  enum Bug {
    /** Nothing. */
    NONE,
    /** The log says that a group is on disk when it is not. */
    ACKNOWLEDGES_BEFORE_THE_FORCE,
    /** A follower takes entries as they come, whoever signed them. */
    BELIEVES_ANYTHING,
    /** A snapshot is read back with something in it that was never written. */
    READS_A_WRONG_SNAPSHOT,
    /** The coordinator orders what is handed in twice once more. */
    ORDERS_TWICE,
    /** Nobody tells where the logs end, so a missed last entry is never asked for. */
    NEVER_TELLS_HEADS
  }
}
