// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How far the contexts are that may lack something: one journey each, forgotten when all is here.
 * On the loop.
 */
final class Board {
  private final LongSupplier nanos;
  private final Consumer<Sync> tell;
  private final Map<ContextId, Journey> journeys = new HashMap<>();

  Board(final LongSupplier nanos, final Consumer<Sync> tell) {
    this.nanos = nanos;
    this.tell = tell;
  }

  /** The journey of the context, begun if need be. */
  Journey of(final ContextId context) {
    return journeys.computeIfAbsent(context, id -> new Journey(id, nanos, tell));
  }

  /** The journey of the context, if it is on one. */
  Optional<Journey> find(final ContextId context) {
    return Optional.ofNullable(journeys.get(context));
  }

  /** The context has all that anybody told of. */
  void arrived(final ContextId context) {
    find(context).ifPresent(Journey::arrived);
    journeys.remove(context);
  }

  /** The context is here no longer. */
  void forget(final ContextId context) {
    journeys.remove(context);
  }

  /** How many entries are known to be missing, by what is being done about it. */
  Map<Phase, Long> lag() {
    final Map<Phase, Long> lag = new EnumMap<>(Phase.class);
    for (final Phase phase : Phase.values()) {
      lag.put(phase, 0L);
    }
    for (final Journey journey : journeys.values()) {
      lag.merge(journey.phase(), journey.lag(), Long::sum);
    }
    return lag;
  }
}
