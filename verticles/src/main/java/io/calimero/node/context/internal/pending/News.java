// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.util.Optional;

/** Tells whoever listens of transactions that callers were told to wait for. */
record News(Outside outside) {
  /** A caller was told that it waits. */
  void waits(final Item item, final Optional<String> problem) {
    outside.pending(
        new TransactionPending(
            item.transaction().context(),
            item.hash(),
            item.transaction().executor(),
            item.transaction().method(),
            problem));
  }

  /** It has its fate, which is on disk if that could be. */
  void ended(final Item item, final Fate fate) {
    final Transaction call = item.transaction();
    if (!item.told) {
      return;
    }
    if (fate instanceof Rejected rejected) {
      outside.rejected(
          new TransactionRejected(
              call.context(),
              item.hash(),
              call.executor(),
              call.method(),
              rejected.code(),
              rejected.reason()));
    }
    if (fate instanceof Expired expired) {
      outside.expired(
          new TransactionExpired(
              call.context(), item.hash(), call.executor(), call.method(), expired.since()));
    }
  }
}
