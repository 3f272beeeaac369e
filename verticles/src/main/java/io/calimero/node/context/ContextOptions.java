// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.events.Limits;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The bounds of the context verticle.
 *
 * @param queueEntries how many transactions of one context may wait to be executed
 * @param queueBytes how many bytes of arguments of one context may wait
 * @param batchEntries how many transactions are executed in one go at most
 * @param forcesInFlight how many batches of one context may wait for the disk
 * @param moduleBytes the largest module that can be installed
 * @param downloadTimeout how long fetching a module may take
 * @param gas the gas of a call in the contexts that are created here and whose creators name no
 *     other; fixed with each of them
 * @param gasMax the most that a creator may name
 * @param attested whether there may be attested transactions in the contexts that are created here;
 *     fixed with each of them
 * @param origins whom calls may ask outside in the contexts that are created here; fixed with each
 * @param pending the bounds of what waits for coordinators on other nodes
 * @param checkpointEntries after so many entries the state of a context is vouched for, if it is
 *     ordered here; 0 for never
 * @param modulesFromSource whether the module of an application that is missing is fetched from the
 *     http or https URL that its installer had it from, before members are asked
 */
public record ContextOptions(
    int queueEntries,
    long queueBytes,
    int batchEntries,
    int forcesInFlight,
    int moduleBytes,
    Duration downloadTimeout,
    long gas,
    long gasMax,
    boolean attested,
    List<String> origins,
    PendingOptions pending,
    long checkpointEntries,
    boolean modulesFromSource) {
  /** The most gas that a creator may name when nothing else is said. */
  public static final long GAS_MAX = 10 * Limits.DEFAULT_GAS;

  /** The largest module that any node takes. */
  public static final int MODULE_BYTES_MAX = 64 << 20;

  /** After so many entries the state is vouched for when nothing else is said. */
  public static final long CHECKPOINT_ENTRIES = 50_000;

  /** What the node uses when nothing else is said. */
  public static final ContextOptions DEFAULT =
      new ContextOptions(
          4096, 64L << 20, 256, 64, 20 << 20, Duration.ofMinutes(2), Limits.DEFAULT_GAS, true);

  /**
   * The limits of a context that is created here.
   *
   * @param named the gas that its creator names
   * @throws NodeException {@code INVALID_REQUEST} if that is none, or more than may be named
   */
  public Limits limits(final Optional<Long> named) {
    if (named.isPresent() && (named.get() < 1 || named.get() > gasMax)) {
      throw Problem.of(
              Code.INVALID_REQUEST,
              "the gas must be from 1 to "
                  + gasMax
                  + " (contexts.gas-max of the node), not "
                  + named.get())
          .toException();
    }
    final Limits metered = Limits.DEFAULT.withGas(named.orElse(gas));
    return attested ? metered.withOrigins(origins) : metered.withOptions(Limits.NOT_ATTESTED);
  }

  /** Bounds where calls ask nobody outside; what waits and what gas may be named as usual. */
  public ContextOptions(
      final int queueEntries,
      final long queueBytes,
      final int batchEntries,
      final int forcesInFlight,
      final int moduleBytes,
      final Duration downloadTimeout,
      final long gas,
      final boolean attested) {
    this(
        queueEntries,
        queueBytes,
        batchEntries,
        forcesInFlight,
        moduleBytes,
        downloadTimeout,
        gas,
        Math.max(gas, GAS_MAX),
        attested,
        List.of(),
        PendingOptions.DEFAULT,
        CHECKPOINT_ENTRIES,
        false);
  }
}
