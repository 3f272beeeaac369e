// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayList;
import java.util.List;

/** The entries of a log that nobody else has open. */
final class LogEntries {
  private final TransactionLog log;

  LogEntries(final TransactionLog log) {
    this.log = log;
  }

  /** Entries from a position on, as {@link io.calimero.node.execution.StateRebuilder} asks. */
  List<Entry.Logged> read(
      final ContextId context, final long from, final int maxEntries, final long maxBytes) {
    long position = from;
    try {
      final List<Entry.Logged> entries = new ArrayList<>();
      for (final Frame frame : log.read(StreamId.of(context), from, maxEntries, maxBytes)) {
        position = frame.position();
        entries.add(Entry.Logged.CODEC.decode(frame.payload().unsafeArray()));
      }
      return entries;
    } catch (final MalformedException | LogException e) {
      if (e instanceof final LogException known && known.code() == LogException.Code.BEFORE_BASE) {
        throw Problem.of(
                Code.LOG_BEGINS_LATER,
                "its log begins at position "
                    + log.base(StreamId.of(context)).map(base -> base.position() + 1).orElse(1L)
                    + " on this node",
                context.hash())
            .toException();
      }
      throw Problem.of(
              Code.CONTEXT_DAMAGED,
              "the entry at position " + position + " cannot be read: " + e.getMessage(),
              context.hash())
          .toException();
    }
  }
}
