// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.context.ContextVerticle;
import io.calimero.node.context.EnvelopeStatistics;
import java.util.function.ToLongFunction;

/** What is measured of the encrypted messages between members. */
final class EnvelopeMeters {
  private EnvelopeMeters() {}

  static void bind(final Meters meters, final ContextVerticle context) {
    bind(meters, context, "read", EnvelopeStatistics::read);
    bind(meters, context, "unknown_key", EnvelopeStatistics::unknownKey);
    bind(meters, context, "ended_epoch", EnvelopeStatistics::endedEpoch);
    bind(meters, context, "repeated", EnvelopeStatistics::repeated);
    bind(meters, context, "forged", EnvelopeStatistics::forged);
    bind(meters, context, "malformed", EnvelopeStatistics::malformed);
  }

  private static void bind(
      final Meters meters,
      final ContextVerticle context,
      final String outcome,
      final ToLongFunction<EnvelopeStatistics> value) {
    meters.counter(
        "calimero.gossip.envelopes",
        "Messages of topics that came, by whether they could be read",
        () -> context.envelopes().map(value::applyAsLong).orElse(0L),
        "outcome",
        outcome);
  }
}
