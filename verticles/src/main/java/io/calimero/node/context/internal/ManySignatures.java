// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Verifies the signatures of many entries on several threads, as that is half of what it takes to
 * catch up with them. What it finds genuine is known from then on; all else is up to whoever asks.
 */
final class ManySignatures {
  private static final int PARTS = 4;

  /** Fewer are verified as quickly by one thread. */
  private static final int LEAST = 32;

  private final Signatures each;
  private final Async async;

  private record Claim(PublicKey key, Hash digest, Signature signature) {}

  ManySignatures(final Signatures each, final Async async) {
    this.each = each;
    this.async = async;
  }

  /**
   * Verifies what is to be verified of the entries, if they are the coordinator's. Each part ends
   * with the first signature that is wrong: whoever sends many that are gains nothing.
   */
  CompletableFuture<Signatures> of(final PublicKey coordinator, final List<Entry.Signed> entries) {
    if (entries.size() < LEAST) {
      return CompletableFuture.completedFuture(each);
    }
    final int size = (entries.size() + PARTS - 1) / PARTS;
    CompletableFuture<Set<Claim>> genuine = CompletableFuture.completedFuture(new HashSet<>());
    for (int from = 0; from < entries.size(); from += size) {
      final List<Entry.Signed> part = entries.subList(from, Math.min(entries.size(), from + size));
      genuine =
          genuine.thenCombine(
              async.blocking(() -> genuine(coordinator, part)),
              (all, more) -> {
                all.addAll(more);
                return all;
              });
    }
    return genuine.thenApply(
        known ->
            (key, digest, signature) ->
                known.contains(new Claim(key, digest, signature))
                    || each.verify(key, digest, signature));
  }

  private Set<Claim> genuine(final PublicKey coordinator, final List<Entry.Signed> part) {
    final Set<Claim> genuine = new HashSet<>();
    for (final Entry.Signed signed : part) {
      if (!isGenuine(new Claim(coordinator, signed.hash(), signed.signature()), genuine)) {
        return genuine;
      }
      if (signed.entry().payload() instanceof final Entry.Executed executed) {
        final Transaction.Signed transaction = executed.transaction();
        final Claim claim =
            new Claim(
                transaction.transaction().executor(), transaction.hash(), transaction.signature());
        if (!isGenuine(claim, genuine)) {
          return genuine;
        }
      }
    }
    return genuine;
  }

  private boolean isGenuine(final Claim claim, final Set<Claim> genuine) {
    final boolean is = each.verify(claim.key, claim.digest, claim.signature);
    if (is) {
      genuine.add(claim);
    }
    return is;
  }
}
