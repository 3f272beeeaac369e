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
 */
public record Outcome(
    Optional<Bytes> returned,
    List<String> logs,
    List<ApplicationEvent> events,
    WriteSet writes,
    long gas) {
  private static final int FORMAT = 1;

  /** One format byte, then the components in their order. */
  public static final Codec<Outcome> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Outcome value) {
          out.u8(FORMAT)
              .option(value.returned, Codecs.BYTES)
              .list(value.logs, Codecs.STRING)
              .list(value.events, ApplicationEvent.CODEC)
              .value(WriteSet.CODEC, value.writes)
              .u64(value.gas);
        }

        @Override
        public Outcome read(final BorshReader in) {
          Formats.expect("an outcome", FORMAT, in.u8());
          return new Outcome(
              in.option(Codecs.BYTES),
              in.list(Codecs.STRING),
              in.list(ApplicationEvent.CODEC),
              in.value(WriteSet.CODEC),
              in.count64());
        }
      };

  /** An outcome; the lists are copied. */
  public Outcome {
    logs = List.copyOf(logs);
    events = List.copyOf(events);
  }

  /** The same, having used that much gas. */
  public Outcome withGas(final long used) {
    return new Outcome(returned, logs, events, writes, used);
  }

  /**
   * Whether nothing was written and nothing emitted, so that there is nothing to put into a log.
   */
  public boolean isReadOnly() {
    return writes.isEmpty() && events.isEmpty();
  }

  /**
   * The outcome digest: over the SHA-256 digests of the borsh forms of return value, logs, events
   * and write set, and the gas. Hashing the parts first lets a part be dropped later and the rest
   * still be checked.
   */
  public Hash digest() {
    return Domain.OUTCOME.digest(
        new BorshWriter()
            .hash(Hash.sha256(new BorshWriter().option(returned, Codecs.BYTES).toByteArray()))
            .hash(Hash.sha256(new BorshWriter().list(logs, Codecs.STRING).toByteArray()))
            .hash(Hash.sha256(new BorshWriter().list(events, ApplicationEvent.CODEC).toByteArray()))
            .hash(Hash.sha256(WriteSet.CODEC.encode(writes)))
            .u64(gas)
            .toByteArray());
  }
}
