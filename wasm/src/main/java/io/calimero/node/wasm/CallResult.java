// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.GuestError;
import io.calimero.node.events.Outcome;
import java.time.Duration;
import java.util.List;

/**
 * How a call ended. {@link Completed} and {@link Failed} are the application's doing and the same
 * on every node; the others say something about this node only and must never be taken for an
 * outcome.
 */
public sealed interface CallResult {

  /**
   * The method ran to its end and returned no error.
   *
   * @param outcome what it did
   * @param authored what it did with what only its author's node has
   */
  record Completed(Outcome outcome, Authored authored) implements CallResult {
    /** A call that did nothing with what only its author's node has. */
    public Completed(final Outcome outcome) {
      this(outcome, Authored.NOTHING);
    }
  }

  /**
   * The method returned an error, panicked, trapped or broke a limit, or there is no such method.
   * Nothing is written and nothing emitted.
   *
   * @param error what went wrong
   * @param logs what was logged until then
   */
  record Failed(GuestError error, List<String> logs) implements CallResult {
    /** A failure; the list is copied. */
    public Failed {
      logs = List.copyOf(logs);
    }
  }

  /** A call with {@link Access#READ_ONLY} was stopped where it began to write or emit. */
  record WouldWrite() implements CallResult {}

  /**
   * The watchdog stopped a call that had not ended by its deadline.
   *
   * @param deadline the deadline of the call
   */
  record TimedOut(Duration deadline) implements CallResult {}

  /**
   * The node could not carry the call through: it is out of memory, is stopping, or has a defect.
   *
   * @param reason why, for the operator
   */
  record Interrupted(String reason) implements CallResult {}
}
