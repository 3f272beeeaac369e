// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Attested transactions whose callers were told that they are pending: what was called, so that it
 * can be run again if the coordinator finds them stale, and which transaction took their place. The
 * call itself is in memory only, as its arguments are nobody else's: a restart forgets it. On the
 * loop.
 */
final class Remakings {
  private static final int MAX = 4096;

  private final Map<Hash, Call> waiting = new LinkedHashMap<>();
  private final Map<Hash, Call> underWay = new LinkedHashMap<>();
  private final Map<Hash, Hash> successors = new LinkedHashMap<>();

  /**
   * What was called.
   *
   * @param context where
   * @param call as everybody would run it
   * @param ordering has a transaction signed and ordered
   * @param attempts how often it was run so far
   */
  record Call(
      Hosted context,
      Transaction call,
      Function<Transaction, CompletableFuture<Answer>> ordering,
      int attempts) {}

  /** The transaction waits for its coordinator, and its caller waits no more. */
  void await(final Hash transaction, final Call call) {
    bounded(waiting, transaction, call);
  }

  /** The transaction has come to an end otherwise. */
  void forget(final Hash transaction) {
    waiting.remove(transaction);
  }

  /** What is to be run again in the place of a transaction that was found stale. */
  Optional<Call> begin(final Hash transaction) {
    final Optional<Call> call = Optional.ofNullable(waiting.remove(transaction));
    call.ifPresent(found -> bounded(underWay, transaction, found));
    return call;
  }

  /**
   * Running again has ended.
   *
   * @param successor what was ordered in its place, or waits to be
   */
  void ended(final Hash transaction, final Optional<Hash> successor) {
    underWay.remove(transaction);
    successor.ifPresent(other -> bounded(successors, transaction, other));
  }

  /** Which transaction stands for this one by now. */
  Hash latest(final Hash transaction) {
    Hash latest = transaction;
    for (int i = 0; i < successors.size(); i++) {
      final Hash next = successors.get(latest);
      if (next == null) {
        return latest;
      }
      latest = next;
    }
    return latest;
  }

  /** How often the call of a transaction was run that is stale, but not given up. */
  Optional<Integer> attempts(final Hash transaction) {
    return Optional.ofNullable(waiting.get(transaction))
        .or(() -> Optional.ofNullable(underWay.get(transaction)))
        .map(Call::attempts);
  }

  private static <T> void bounded(final Map<Hash, T> map, final Hash key, final T value) {
    map.put(key, value);
    if (map.size() > MAX) {
      map.remove(map.keySet().iterator().next());
    }
  }
}
