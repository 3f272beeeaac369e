// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationRules;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.Signatures;
import java.util.List;
import java.util.Optional;

/** Whether entries of another node may follow a head. Pure, and slow: signatures are verified. */
final class Verifier {
  private static final String INIT = "init";
  private static final String MIGRATE = "migrate";
  private static final String INTERNAL = "__calimero";

  private Verifier() {}

  /**
   * How many of the entries, from the first on, may follow; at least one. What a transaction did is
   * not known here, and may change who is a member: an entry that looks wrong is to be looked at
   * once more when those before it were executed.
   *
   * @param before the configuration at the head, none at {@link Head#NONE}
   * @param signatures verifies those of entries and transactions
   * @throws NodeException {@code INVALID_REQUEST} naming what is wrong with the first entry
   */
  static int verify(
      final ContextId context,
      final Optional<Configuration> before,
      final Head head,
      final List<Entry.Signed> entries,
      final Signatures signatures) {
    Optional<Configuration> configuration = before;
    Head last = head;
    int right = 0;
    for (final Entry.Signed signed : entries) {
      try {
        follows(context, last, signed.entry());
        configuration =
            Optional.of(
                configuration.isPresent()
                    ? next(configuration.get(), signed, signatures)
                    : first(context, signed, signatures));
      } catch (final NodeException e) {
        if (right == 0) {
          throw e;
        }
        return right;
      }
      last = signed.head();
      right++;
    }
    return right;
  }

  private static void follows(final ContextId context, final Head head, final Entry entry) {
    if (!entry.context().equals(context)) {
      throw wrong(entry, "is of another context");
    }
    if (entry.position() != head.position() + 1 || !entry.prior().equals(head.hash())) {
      throw wrong(entry, "does not follow the entry before it");
    }
    if (head.position() > 0 && entry.timestamp() <= head.timestamp()) {
      throw wrong(entry, "is not later than the entry before it");
    }
  }

  private static Configuration first(
      final ContextId context, final Entry.Signed signed, final Signatures signatures) {
    final Entry entry = signed.entry();
    if (!(entry.payload() instanceof final Entry.Configured configured)
        || !(configured.change().event() instanceof final ContextCreated created)) {
      throw wrong(entry, "does not create a context");
    }
    if (!created.context().equals(context)
        || !created.verify(signatures)
        || !configured.change().context().equals(context)
        || !configured.change().author().equals(created.creator())
        || !configured.change().verify(signatures)) {
      throw wrong(entry, "lacks the proof of the context's key");
    }
    final Configuration configuration = Configuration.of(created);
    if (entry.term() != configuration.term()
        || !signed.verify(configuration.coordinator(), signatures)) {
      throw wrong(entry, "is not signed by its coordinator");
    }
    return configuration;
  }

  private static Configuration next(
      final Configuration before, final Entry.Signed signed, final Signatures signatures) {
    final Entry entry = signed.entry();
    if (entry.term() != before.term() || !signed.verify(before.coordinator(), signatures)) {
      throw wrong(entry, "is not signed by the coordinator of term " + before.term());
    }
    return switch (entry.payload()) {
      case Entry.Executed executed -> {
        transaction(before, entry, executed.transaction(), signatures);
        yield before;
      }
      case Entry.Configured configured -> {
        if (Checkpoints.isMisplaced(entry)) {
          throw wrong(entry, "vouches for another position than the one before it");
        }
        final Optional<String> objection =
            ConfigurationRules.objection(
                before, configured.change(), entry.timestamp(), signatures);
        if (objection.isPresent()) {
          throw wrong(entry, "may not be: " + objection.get());
        }
        if (configured.outcomeDigest().isPresent()
            && !(configured.change().event() instanceof ApplicationUpdated)) {
          throw wrong(entry, "has an outcome, and runs nothing");
        }
        yield before.after(entry, Optional.empty());
      }
    };
  }

  private static void transaction(
      final Configuration before,
      final Entry entry,
      final Transaction.Signed signed,
      final Signatures signatures) {
    final Transaction transaction = signed.transaction();
    if (!transaction.context().equals(before.context())) {
      throw wrong(entry, "has a transaction of another context");
    }
    if (!before.isMember(transaction.executor())) {
      throw wrong(entry, "has a transaction of one who is no member");
    }
    if (!signed.verify(signatures)) {
      throw wrong(entry, "has a transaction that is not signed by its executor");
    }
    final Hash prior = entry.prior();
    if (transaction.expectedPrior().filter(expected -> !expected.equals(prior)).isPresent()) {
      throw wrong(entry, "has a transaction that was to follow another entry");
    }
    final boolean begins = entry.position() == 2 && transaction.method().equals(INIT);
    if (!begins
        && (transaction.method().equals(INIT)
            || transaction.method().equals(MIGRATE)
            || transaction.method().startsWith(INTERNAL))) {
      throw wrong(entry, "calls what only the node itself may call");
    }
  }

  private static RuntimeException wrong(final Entry entry, final String what) {
    return Problem.of(
            Code.INVALID_REQUEST,
            "the entry at position "
                + entry.position()
                + " of context "
                + entry.context()
                + " "
                + what,
            entry.context().hash())
        .toException();
  }
}
