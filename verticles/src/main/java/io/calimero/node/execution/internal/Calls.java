// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Domain;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.Surroundings;
import java.time.Duration;
import java.util.Optional;

/** What a call depends on, spelled out: the same for everyone who makes the same call. */
final class Calls {
  /** The method that begins the state of a context. */
  static final String INIT = "init";

  private static final String INTERNAL = "__calimero";

  private Calls() {}

  /** Whether a client may call a method of this name. */
  static boolean mayBeCalled(final String method) {
    return !method.equals(INIT) && !method.startsWith(INTERNAL);
  }

  /**
   * The call of a transaction.
   *
   * @param view what it is ordered behind
   * @param timestamp the time of its entry
   * @param blobs the blobs that it may use
   */
  static Call mutating(
      final ContextView view,
      final long timestamp,
      final Transaction.Signed signed,
      final Blobs blobs,
      final Duration deadline) {
    final Transaction transaction = signed.transaction();
    return new Call(
        transaction.context(),
        transaction.executor(),
        transaction.method(),
        transaction.arguments(),
        timestamp,
        randomness(view.head().hash(), signed.hash()),
        view.configuration().limits(),
        Access.MUTATE,
        deadline,
        new Surroundings(Optional.of(view.configuration()), transaction.origin(), blobs));
  }

  /**
   * The call that an author vouches for. Its randomness is nobody else's to foretell, since private
   * storage is where secrets are made.
   */
  static Call authored(
      final ContextView view,
      final Attest attest,
      final Blobs blobs,
      final AuthorSide author,
      final Duration deadline) {
    return new Call(
        attest.context(),
        attest.executor(),
        attest.method(),
        attest.arguments(),
        timeAfter(view, attest.now()),
        Domain.RANDOMNESS.digest(attest.seed().toByteArray()),
        view.configuration().limits(),
        Access.MUTATE,
        deadline,
        new Surroundings(
            Optional.of(view.configuration()), attest.origin(), blobs, Optional.of(author)));
  }

  /** The call of a query at a view. */
  static Call reading(
      final ContextView view,
      final PublicKey executor,
      final Query query,
      final Blobs blobs,
      final Optional<AuthorSide> author,
      final Duration deadline) {
    return new Call(
        query.context(),
        executor,
        query.method(),
        query.arguments(),
        view.head().timestamp(),
        Domain.RANDOMNESS.digest(view.head().hash().toByteArray()),
        view.configuration().limits(),
        Access.READ_ONLY,
        deadline,
        new Surroundings(Optional.of(view.configuration()), Optional.empty(), blobs, author));
  }

  /** The time of the entry that follows the view, by the coordinator's clock. */
  static long timeAfter(final ContextView view, final long now) {
    return Entry.timeAfter(view.head(), now);
  }

  /** The problem of a method that only the node itself calls. */
  static Problem notForClients(final String method) {
    return Problem.of(Code.INVALID_REQUEST, "method \"" + method + "\" is not for clients");
  }

  /** The problem of an executor who may not call. */
  static Problem notMember(final PublicKey executor) {
    return Problem.of(
        Code.UNAUTHORIZED, executor + " is no member of the context", executor.hash());
  }

  /** The problem of a call that was given up. */
  static Problem timedOut(final CallResult.TimedOut timedOut) {
    return Problem.of(
        Code.DEADLINE,
        "the call did not end within " + timedOut.deadline().toMillis() + " ms and was ended");
  }

  /** The problem of a call that the node broke off. */
  static Problem interrupted(final CallResult.Interrupted interrupted) {
    return Problem.of(Code.NOT_READY, "the node broke the call off: " + interrupted.reason());
  }

  private static Hash randomness(final Hash prior, final Hash transaction) {
    final byte[] both = new byte[2 * Hash.LENGTH];
    prior.copyTo(both, 0);
    transaction.copyTo(both, Hash.LENGTH);
    return Domain.RANDOMNESS.digest(both);
  }
}
