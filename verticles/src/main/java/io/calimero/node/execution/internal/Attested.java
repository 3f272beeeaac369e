// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.AttestationRules;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Transaction;
import java.util.Optional;

/** Attested transactions where they are not run: ordered, followed, or looked at once more. */
final class Attested {
  private Attested() {}

  /** Why an attested transaction may not follow a view, if it may not. */
  static Optional<Problem> objection(final ContextView view, final Transaction transaction) {
    return AttestationRules.objection(
        view.configuration(), view.head().position(), new StateOfView(view.state()), transaction);
  }

  /** What it did, as its author says. */
  static Outcome effects(final Transaction.Signed transaction) {
    return transaction.transaction().attestation().orElseThrow().effects();
  }

  /** What is wrong with the entry of an attested transaction behind a view, if something is. */
  static Optional<String> difference(final ContextView view, final Entry.Executed executed) {
    final Optional<Problem> objection = objection(view, executed.transaction().transaction());
    if (objection.isPresent()) {
      return objection.map(Problem::message);
    }
    return executed.outcomeDigest().equals(effects(executed.transaction()).digest())
        ? Optional.empty()
        : Optional.of("its outcome digest is not that of what its author vouches for");
  }
}
