// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.util.List;
import java.util.Optional;

/**
 * One entry and the context after it.
 *
 * @param entry the entry
 * @param hash its hash
 * @param outcome what its transaction did, if it has one
 * @param view the context after it
 */
record Step(Entry entry, Hash hash, Optional<Outcome> outcome, ContextView view) {

  /** The step of an entry that was executed just now. */
  static Step executed(
      final ContextView before, final Entry entry, final Hash hash, final Outcome outcome) {
    final Optional<Outcome> known = Optional.of(outcome);
    final Step step = new Step(entry, hash, known, before.after(entry, hash, known));
    // computed here, on the thread that executes, and not when the entry is committed
    final Hash _ = step.view.state().root();
    return step;
  }

  /** The step of an entry of the log. */
  static Step logged(final ContextView before, final Entry.Logged logged) {
    return new Step(logged.entry(), logged.signed().hash(), logged.outcome(), before.after(logged));
  }

  /** The step of the first entry of a log. */
  static Step first(final Entry.Logged logged) {
    return new Step(
        logged.entry(),
        logged.signed().hash(),
        logged.outcome(),
        ContextView.first(logged.entry().context(), logged));
  }

  /** The same entry behind another view of the same position. */
  Step on(final ContextView before) {
    return new Step(entry, hash, outcome, before.after(entry, hash, outcome));
  }

  long position() {
    return entry.position();
  }

  WriteSet writes() {
    return outcome.map(Outcome::writes).orElse(WriteSet.EMPTY);
  }

  /** What is announced when the entry is on disk, if something was executed. */
  Optional<TransactionExecuted> notice() {
    return switch (entry.payload()) {
      case Entry.Configured configured ->
          outcome.map(
              did ->
                  new TransactionExecuted(
                      entry.context(),
                      entry.position(),
                      hash,
                      configured.change().hash(),
                      configured.change().author(),
                      Calls.MIGRATE,
                      view.state().root(),
                      did.events()));
      case Entry.Executed executed ->
          Optional.of(
              new TransactionExecuted(
                  entry.context(),
                  entry.position(),
                  hash,
                  executed.transaction().hash(),
                  executed.transaction().transaction().executor(),
                  executed.transaction().transaction().method(),
                  view.state().root(),
                  outcome.map(Outcome::events).orElse(List.of())));
    };
  }
}
