// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Entry.Configured;
import io.calimero.node.events.Entry.Executed;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.util.List;
import java.util.Optional;

/**
 * A transaction that was executed, as subscribers are told of it.
 *
 * @param context where
 * @param position its position
 * @param entryHash its entry hash
 * @param transaction its transaction hash
 * @param executor who called
 * @param method what was called
 * @param stateRoot the state root at that position; the log does not have it, so that it is absent
 *     from what was read from there
 * @param events what the application emitted
 */
public record PushedEvent(
    ContextId context,
    long position,
    Hash entryHash,
    Hash transaction,
    PublicKey executor,
    String method,
    Optional<Hash> stateRoot,
    List<ApplicationEvent> events) {
  /** What an event takes in memory beside the bytes of what the application emitted. */
  private static final int OVERHEAD = 256;

  /** The event of a notice. */
  static PushedEvent of(final TransactionExecuted notice) {
    return new PushedEvent(
        notice.context(),
        notice.position(),
        notice.entryHash(),
        notice.transaction(),
        notice.executor(),
        notice.method(),
        Optional.of(notice.stateRoot()),
        notice.events());
  }

  /** The event of an entry; nothing if it is one of configuration that ran nothing. */
  static Optional<PushedEvent> of(final Entry.Logged logged) {
    return switch (logged.entry().payload()) {
      case Configured configured ->
          logged
              .outcome()
              .map(
                  migrated ->
                      new PushedEvent(
                          logged.entry().context(),
                          logged.entry().position(),
                          logged.signed().hash(),
                          configured.change().hash(),
                          configured.change().author(),
                          "migrate",
                          Optional.empty(),
                          migrated.events()));
      case Executed executed -> {
        final Transaction.Signed signed = executed.transaction();
        yield Optional.of(
            new PushedEvent(
                logged.entry().context(),
                logged.entry().position(),
                logged.signed().hash(),
                signed.hash(),
                signed.transaction().executor(),
                signed.transaction().method(),
                Optional.empty(),
                logged.outcome().map(Outcome::events).orElse(List.of())));
      }
    };
  }

  /** About how many bytes of memory this takes. */
  int size() {
    int size = OVERHEAD;
    for (final ApplicationEvent event : events) {
      size += OVERHEAD + event.kind().length() + event.data().length();
    }
    return size;
  }
}
