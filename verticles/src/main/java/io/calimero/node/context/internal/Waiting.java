// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.internal.Group.Change;
import io.calimero.node.context.internal.Group.Pending;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What waits to be ordered, within bounds: transactions and changes of one context. On the loop.
 */
final class Waiting {
  private static final int MAX_CHANGES = 256;

  private final ContextId context;
  private final ContextOptions options;
  private final Deque<Pending> queue = new ArrayDeque<>();
  private final Deque<Change> changes = new ArrayDeque<>();
  private long bytes;

  Waiting(final ContextId context, final ContextOptions options) {
    this.context = context;
    this.options = options;
  }

  /** Takes a transaction, or says why not. */
  Optional<Problem> add(final Pending pending) {
    if (queue.size() >= options.queueEntries() || bytes + pending.bytes() > options.queueBytes()) {
      return Optional.of(
          Problem.of(
              Code.BUSY,
              queue.size() + " transactions of this context are waiting already: try again",
              context.hash()));
    }
    queue.addLast(pending);
    bytes += pending.bytes();
    return Optional.empty();
  }

  /** Takes a change, or says why not. */
  Optional<Problem> add(final Change change) {
    if (changes.size() >= MAX_CHANGES) {
      return Optional.of(
          Problem.of(Code.BUSY, "too many changes of this context are waiting", context.hash()));
    }
    changes.addLast(change);
    return Optional.empty();
  }

  /** Puts transactions back to where they came from, however many wait meanwhile. */
  void putBack(final List<Pending> batch) {
    for (final Pending pending : batch.reversed()) {
      queue.addFirst(pending);
      bytes += pending.bytes();
    }
  }

  boolean hasTransactions() {
    return !queue.isEmpty();
  }

  boolean hasChanges() {
    return !changes.isEmpty();
  }

  /** The next transactions, in their order. */
  List<Pending> nextTransactions() {
    final List<Pending> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < options.batchEntries()) {
      final Pending pending = queue.removeFirst();
      bytes -= pending.bytes();
      batch.add(pending);
    }
    return batch;
  }

  /** The next change; there must be one. */
  Change nextChange() {
    return changes.removeFirst();
  }

  /** Refuses what must not be ordered without these, and so on. */
  void refuseAfter(final List<Pending> failed, final Problem problem) {
    final Set<Hash> hashes = new HashSet<>();
    failed.forEach(pending -> hashes.add(pending.transaction().hash()));
    final List<Pending> refused = new ArrayList<>();
    for (final Iterator<Pending> each = queue.iterator(); each.hasNext(); ) {
      final Pending pending = each.next();
      if (pending.after().filter(hashes::contains).isPresent()) {
        hashes.add(pending.transaction().hash());
        each.remove();
        bytes -= pending.bytes();
        refused.add(pending);
      }
    }
    refused.forEach(pending -> pending.fail(problem));
  }

  /** Refuses everything that waits. */
  void refuse(final Problem problem) {
    while (!queue.isEmpty()) {
      queue.removeFirst().fail(problem);
    }
    bytes = 0;
    while (!changes.isEmpty()) {
      changes.removeFirst().fail(problem);
    }
  }
}
