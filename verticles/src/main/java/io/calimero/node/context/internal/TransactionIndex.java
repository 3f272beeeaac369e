// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.eclipse.collections.impl.map.mutable.primitive.LongLongHashMap;

/**
 * Finds the entries of transactions in the log of one context, so that a transaction that is handed
 * in twice is ordered once. Derived from the log and held in memory, 16 bytes for a transaction;
 * two whose hashes begin with the same 8 bytes are told apart by reading the entry.
 */
final class TransactionIndex {
  private final ContextId context;
  private final LogReader log;
  private final LongLongHashMap positions = new LongLongHashMap();
  private long upTo;

  private TransactionIndex(final ContextId context, final LogReader log) {
    this.context = context;
    this.log = log;
  }

  /**
   * The index of what is in the log now; reads all of it, which blocks. What was ordered before the
   * beginning of a log that begins later is not known here.
   */
  static TransactionIndex read(final ContextId context, final LogReader log) {
    final TransactionIndex index = new TransactionIndex(context, log);
    log.forEach(context, log.beginning(context), entry -> index.add(entry.signed()));
    return index;
  }

  /** Takes entries that came to the log; those that are known already change nothing. */
  synchronized void add(final List<Entry.Logged> entries) {
    entries.forEach(entry -> add(entry.signed()));
  }

  private synchronized void add(final Entry.Signed signed) {
    final Entry entry = signed.entry();
    if (entry.position() > upTo && entry.payload() instanceof Entry.Executed executed) {
      positions.put(fingerprint(executed.transaction().hash()), entry.position());
    }
    upTo = Math.max(upTo, entry.position());
  }

  /**
   * The entry of the transaction, if it has one. May read the log, which blocks.
   *
   * @throws NodeException {@code INVALID_REQUEST} if its signature does not verify
   */
  Optional<Entry.Logged> find(final Transaction.Signed signed) {
    if (!signed.verify()) {
      throw Problem.of(Code.INVALID_REQUEST, "the signature of the transaction does not verify")
          .toException();
    }
    return find(signed.hash());
  }

  /** The entry of the transaction, if it has one. May read the log, which blocks. */
  Optional<Entry.Logged> find(final Hash transaction) {
    final long position;
    synchronized (this) {
      position = positions.get(fingerprint(transaction));
    }
    if (position == 0) {
      return Optional.empty();
    }
    return log.read(context, position, 1, 1).stream()
        .filter(
            entry ->
                entry.entry().payload() instanceof Entry.Executed executed
                    && executed.transaction().hash().equals(transaction))
        .findFirst();
  }

  private static long fingerprint(final Hash hash) {
    return ByteBuffer.wrap(hash.toByteArray()).getLong();
  }
}
