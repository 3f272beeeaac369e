// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import java.util.List;
import java.util.Optional;

/**
 * What a call that succeeded did. The same on every replica, or the context has diverged.
 *
 * @param returned what the method returned, if anything; usually JSON
 * @param logs what it logged
 * @param events what it emitted
 * @param writes what it changed
 * @param gas what it used; zero under limits that do not meter
 * @param actions what it asks for beyond the state, in its order
 */
public record Outcome(
    Optional<Bytes> returned,
    List<String> logs,
    List<ApplicationEvent> events,
    WriteSet writes,
    long gas,
    List<Action> actions) {
  private static final int FORMAT = 1;
  private static final int FORMAT_WITH_ACTIONS = 2;

  /**
   * One format byte, then the components in their order. Format 1 lacks the actions, and is written
   * where there are none.
   */
  public static final Codec<Outcome> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Outcome value) {
          out.u8(value.actions.isEmpty() ? FORMAT : FORMAT_WITH_ACTIONS)
              .option(value.returned, Codecs.BYTES)
              .list(value.logs, Codecs.STRING)
              .list(value.events, ApplicationEvent.CODEC)
              .value(WriteSet.CODEC, value.writes)
              .u64(value.gas);
          if (!value.actions.isEmpty()) {
            out.list(value.actions, Action.CODEC);
          }
        }

        @Override
        public Outcome read(final BorshReader in) {
          final int format = in.u8();
          if (format != FORMAT_WITH_ACTIONS) {
            Formats.expect("an outcome", FORMAT, format);
          }
          return new Outcome(
              in.option(Codecs.BYTES),
              in.list(Codecs.STRING),
              in.list(ApplicationEvent.CODEC),
              in.value(WriteSet.CODEC),
              in.count64(),
              format == FORMAT ? List.of() : in.list(Action.CODEC));
        }
      };

  /** An outcome; the lists are copied. */
  public Outcome {
    logs = List.copyOf(logs);
    events = List.copyOf(events);
    actions = List.copyOf(actions);
  }

  /** An outcome without actions. */
  public Outcome(
      final Optional<Bytes> returned,
      final List<String> logs,
      final List<ApplicationEvent> events,
      final WriteSet writes,
      final long gas) {
    this(returned, logs, events, writes, gas, List.of());
  }

  /** The same, having used that much gas. */
  public Outcome withGas(final long used) {
    return new Outcome(returned, logs, events, writes, used, actions);
  }

  /**
   * Whether nothing was written, emitted or asked for, so that there is nothing to put into a log.
   */
  public boolean isReadOnly() {
    return writes.isEmpty() && events.isEmpty() && actions.isEmpty();
  }

  /**
   * The outcome digest: over the SHA-256 digests of the borsh forms of return value, logs, events
   * and write set, the gas, and the digest of the actions if there are any. Hashing the parts first
   * lets a part be dropped later and the rest still be checked.
   */
  public Hash digest() {
    final BorshWriter parts =
        new BorshWriter()
            .hash(Hash.sha256(new BorshWriter().option(returned, Codecs.BYTES).toByteArray()))
            .hash(Hash.sha256(new BorshWriter().list(logs, Codecs.STRING).toByteArray()))
            .hash(Hash.sha256(new BorshWriter().list(events, ApplicationEvent.CODEC).toByteArray()))
            .hash(Hash.sha256(WriteSet.CODEC.encode(writes)))
            .u64(gas);
    if (!actions.isEmpty()) {
      parts.hash(Hash.sha256(new BorshWriter().list(actions, Action.CODEC).toByteArray()));
    }
    return Domain.OUTCOME.digest(parts.toByteArray());
  }
}
