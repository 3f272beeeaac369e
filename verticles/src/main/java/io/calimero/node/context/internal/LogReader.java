// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads entries out of the log and checks that they are what the log says they are. Blocks. */
public final class LogReader {
  private static final int PAGE = 1000;
  private static final long PAGE_BYTES = 8L << 20;

  private final TransactionLog log;

  /** A reader of the log. */
  public LogReader(final TransactionLog log) {
    this.log = log;
  }

  /** What stands in place of the first entries, if the log of the context begins later. */
  Optional<StateBase> base(final ContextId context) {
    return log.base(StreamId.of(context))
        .map(
            base -> {
              try {
                return PeerCodecs.BASE.decode(base.payload().unsafeArray());
              } catch (final MalformedException e) {
                throw Problem.of(
                        Code.CONTEXT_DAMAGED,
                        "where the log of context "
                            + context
                            + " begins cannot be read: "
                            + Async.words(e),
                        context.hash())
                    .toException();
              }
            });
  }

  /** Whether not all of the log of the context can be read. */
  boolean isDamaged(final ContextId context) {
    return log.damage().containsKey(StreamId.of(context));
  }

  /** The position with which the log of the context begins. */
  long beginning(final ContextId context) {
    return log.base(StreamId.of(context)).map(base -> base.position() + 1).orElse(1L);
  }

  /**
   * Entries from a position on; fewer than asked for only at the end of the log.
   *
   * @throws NodeException {@code CONTEXT_DAMAGED} if an entry is not what it should be, {@code
   *     LOG_BEGINS_LATER} if the position is before the beginning of the log
   */
  public List<Entry.Logged> read(
      final ContextId context, final long from, final int maxEntries, final long maxBytes) {
    final List<Frame> frames;
    try {
      frames = log.read(StreamId.of(context), from, maxEntries, maxBytes);
    } catch (final LogException e) {
      throw e.code() == LogException.Code.BEFORE_BASE ? later(context) : e;
    }
    final List<Entry.Logged> entries = new ArrayList<>(frames.size());
    for (final Frame frame : frames) {
      final Entry.Logged entry;
      try {
        entry = Entry.Logged.CODEC.decode(frame.payload().unsafeArray());
      } catch (final MalformedException e) {
        throw damaged(context, frame, Async.words(e));
      }
      check(context, frame, entry.signed());
      entries.add(entry);
    }
    return entries;
  }

  /** Every entry from a position on to the end of the log. */
  void forEach(final ContextId context, final long from, final Consumer<Entry.Logged> consumer) {
    long next = from;
    List<Entry.Logged> page = read(context, next, PAGE, PAGE_BYTES);
    while (!page.isEmpty()) {
      page.forEach(consumer);
      next += page.size();
      page = read(context, next, PAGE, PAGE_BYTES);
    }
  }

  /** The head of a log that ends at the position, {@link Head#NONE} at 0. */
  Head headAt(final ContextId context, final long position) {
    return position == 0
        ? Head.NONE
        : log.read(StreamId.of(context), position, 1, 1).stream()
            .map(frame -> signed(context, frame).head())
            .findFirst()
            .orElse(Head.NONE);
  }

  private static Entry.Signed signed(final ContextId context, final Frame frame) {
    try {
      final Entry.Signed signed =
          Entry.Signed.CODEC.read(new BorshReader(frame.payload().unsafeArray()));
      check(context, frame, signed);
      return signed;
    } catch (final MalformedException e) {
      throw damaged(context, frame, Async.words(e));
    }
  }

  private static void check(final ContextId context, final Frame frame, final Entry.Signed signed) {
    final Entry entry = signed.entry();
    if (!signed.hash().equals(frame.hash())
        || entry.position() != frame.position()
        || !entry.context().equals(context)) {
      throw damaged(context, frame, "it is another entry than the log says");
    }
  }

  private NodeException later(final ContextId context) {
    return Problem.of(
            Code.LOG_BEGINS_LATER,
            "the log of the context begins at position "
                + beginning(context)
                + " on this node: what was before is on other members' nodes",
            context.hash())
        .toException();
  }

  private static NodeException damaged(
      final ContextId context, final Frame frame, final String what) {
    return Problem.of(
            Code.CONTEXT_DAMAGED,
            "the entry at position " + frame.position() + " of context " + context + ": " + what,
            context.hash())
        .toException();
  }
}
