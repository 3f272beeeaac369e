// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.internal.pending.PendingPool;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.GetTransaction;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.Unknown;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What became of transactions: as long as the pool has one, it waits; else the log knows best. On
 * the loop.
 */
final class Fates {
  private final PendingPool pending;
  private final Ordering ordering;
  private final Attestor attestor;
  private final Duration expiry;

  Fates(
      final PendingPool pending,
      final Ordering ordering,
      final Attestor attestor,
      final Duration expiry) {
    this.pending = pending;
    this.ordering = ordering;
    this.attestor = attestor;
    this.expiry = expiry;
  }

  /** Of a transaction, or of the one that took its place. */
  CompletableFuture<Fate> of(final GetTransaction request) {
    final Hash latest = attestor.latest(request.transaction());
    return find(new GetTransaction(request.context(), latest))
        .thenApply(
            fate ->
                fate instanceof final Rejected rejected
                        && rejected.code().equals(Optional.of(Problem.Code.STALE))
                    ? attestor.remade(latest).map(runs -> again(rejected, runs)).orElse(fate)
                    : fate);
  }

  private Fate again(final Rejected rejected, final int runs) {
    return new Pending(
        rejected.at(),
        rejected.at() + expiry.toNanos(),
        runs,
        Optional.of("what it had read was changed by others: it is being run again"));
  }

  private CompletableFuture<Fate> find(final GetTransaction request) {
    return pending
        .waiting(request.transaction())
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                logged(request)
                    .thenCompose(
                        found ->
                            found
                                .map(CompletableFuture::completedFuture)
                                .orElseGet(() -> ended(request))));
  }

  /**
   * Its entry may have come, and its index may have been made, while the log was being searched.
   */
  private CompletableFuture<Fate> ended(final GetTransaction request) {
    return logged(request)
        .thenApply(
            found ->
                found
                    .or(() -> pending.waiting(request.transaction()))
                    .or(() -> pending.ended(request.transaction()))
                    .orElseGet(Unknown::new));
  }

  private CompletableFuture<Optional<Fate>> logged(final GetTransaction request) {
    return ordering
        .find(request.context(), request.transaction())
        .thenApply(written -> written.map(in -> new Confirmed(in.position(), in.entryHash())));
  }
}
