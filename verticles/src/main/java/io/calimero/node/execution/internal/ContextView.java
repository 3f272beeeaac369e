// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Entry.Configured;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.state.StateView;
import java.util.Optional;

/**
 * A context at one position of its log: all that a call at that position depends on. Immutable.
 *
 * @param head the position
 * @param configuration the sum of the configuration events
 * @param state the sum of the write sets
 * @param growth what came since the snapshot beneath the state
 */
public record ContextView(Head head, Configuration configuration, StateView state, Growth growth) {

  /**
   * The context after its first entry.
   *
   * @throws NodeException {@code CONTEXT_DAMAGED} if this cannot be the first entry of that context
   */
  static ContextView first(final ContextId context, final Entry.Logged logged) {
    final Entry entry = logged.entry();
    if (entry.position() != 1 || !entry.prior().equals(Hash.ZERO)) {
      throw damaged(context, entry.position(), "is not a first entry");
    }
    if (!(entry.payload() instanceof Configured configured)
        || !(configured.change().event() instanceof ContextCreated created)) {
      throw damaged(context, 1, "does not create a context");
    }
    if (!entry.context().equals(context) || !created.context().equals(context)) {
      throw damaged(context, 1, "creates another context");
    }
    if (!created.verify()) {
      throw damaged(context, 1, "lacks the proof of the context's key");
    }
    return new ContextView(
        logged.signed().head(),
        Configuration.of(created),
        StateView.empty(),
        Growth.NONE.plus(WriteSet.EMPTY));
  }

  /**
   * The context after one more entry of its log, whose outcome is applied, not recomputed.
   *
   * @throws NodeException {@code CONTEXT_DAMAGED} if the entry does not follow, or its outcome is
   *     not the one of which it names the digest
   */
  ContextView after(final Entry.Logged logged) {
    final Entry entry = logged.entry();
    final ContextId context = configuration.context();
    if (!entry.context().equals(context)
        || entry.position() != head.position() + 1
        || !entry.prior().equals(head.hash())) {
      throw damaged(context, entry.position(), "does not follow the entry before it");
    }
    if (!logged.outcomeMatches()) {
      throw damaged(context, entry.position(), "has an outcome of another digest");
    }
    return after(entry, logged.signed().hash(), logged.outcome());
  }

  /** The context after an entry that is known to follow. */
  ContextView after(final Entry entry, final Hash hash, final Optional<Outcome> outcome) {
    final WriteSet writes = outcome.map(Outcome::writes).orElse(WriteSet.EMPTY);
    return new ContextView(
        new Head(entry.position(), hash, entry.timestamp()),
        configured(entry, outcome),
        state.apply(writes),
        growth.plus(writes));
  }

  /** What is wrong with a checkpoint behind this view, if it vouches for something else. */
  Optional<String> objection(final CheckpointTaken taken) {
    if (taken.position() != head.position()) {
      return Optional.of(
          "it vouches for position " + taken.position() + " and not for " + head.position());
    }
    if (!taken.stateRoot().equals(state.root())) {
      return Optional.of("state root " + taken.stateRoot() + " there, " + state.root() + " here");
    }
    if (taken.keys() != state.entries() || taken.bytes() != state.sizeInBytes()) {
      return Optional.of("another size of the state there than here");
    }
    return taken.configuration().equals(configuration.digest())
        ? Optional.empty()
        : Optional.of("another configuration there than here");
  }

  /** What an entry vouches for, if it is a checkpoint. */
  static Optional<CheckpointTaken> checkpoint(final Entry entry) {
    return entry.payload() instanceof final Configured configured
            && configured.change().event() instanceof final CheckpointTaken taken
        ? Optional.of(taken)
        : Optional.empty();
  }

  /** This view over another state of the same content. */
  ContextView over(final StateView sameState, final Growth sinceThen) {
    return new ContextView(head, configuration, sameState, sinceThen);
  }

  private Configuration configured(final Entry entry, final Optional<Outcome> outcome) {
    try {
      return configuration.after(entry, outcome);
    } catch (final MalformedException e) {
      throw damaged(
          configuration.context(),
          entry.position(),
          "changes what cannot be changed so: " + e.getMessage());
    }
  }

  private static NodeException damaged(
      final ContextId context, final long position, final String what) {
    return Problem.of(
            Code.CONTEXT_DAMAGED,
            "position " + position + " of the log of context " + context + " " + what,
            context.hash())
        .toException();
  }
}
