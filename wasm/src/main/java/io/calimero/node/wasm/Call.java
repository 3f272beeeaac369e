// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import java.time.Duration;

/**
 * One call of a method. All but the deadline takes part in the outcome: the same call over the same
 * state has the same outcome on every node.
 *
 * @param context the context that is called
 * @param executor on whose behalf
 * @param method the name of the method
 * @param input its arguments, usually a JSON object
 * @param timestamp what the guest sees as the time, in nanoseconds since 1970 (unsigned)
 * @param randomness the seed of what the guest sees as random bytes
 * @param limits what the call may use
 * @param access whether it may write
 * @param deadline after how much time the node gives up waiting; never decides an outcome
 * @param surroundings what it finds besides the state
 */
public record Call(
    ContextId context,
    PublicKey executor,
    String method,
    Bytes input,
    long timestamp,
    Hash randomness,
    Limits limits,
    Access access,
    Duration deadline,
    Surroundings surroundings) {
  /** The same call with something else around it. */
  public Call in(final Surroundings others) {
    return new Call(
        context, executor, method, input, timestamp, randomness, limits, access, deadline, others);
  }

  /** A call with nothing around it. */
  public Call(
      final ContextId context,
      final PublicKey executor,
      final String method,
      final Bytes input,
      final long timestamp,
      final Hash randomness,
      final Limits limits,
      final Access access,
      final Duration deadline) {
    this(
        context,
        executor,
        method,
        input,
        timestamp,
        randomness,
        limits,
        access,
        deadline,
        Surroundings.NONE);
  }

  /**
   * A call.
   *
   * @throws IllegalArgumentException if the deadline is not positive
   */
  public Call {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("a call needs a deadline, not " + deadline);
    }
  }
}
