// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.JournalEvent;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's own journal: what it has besides contexts, as a chain of events in the log. */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int PAGE = 1000;
  private static final long PAGE_BYTES = 4L << 20;

  private final TransactionLog log;
  private final Async async;
  private CompletableFuture<Async.Done> last = CompletableFuture.completedFuture(Async.Done.DONE);

  Journal(final TransactionLog log, final Async async) {
    this.log = log;
    this.async = async;
  }

  /**
   * Replays the journal, which blocks: meant for the start of the node. A damaged journal is
   * replayed up to its damage; it takes no more events then, and what was installed before can be
   * used.
   */
  void replay(final Consumer<JournalEvent> consumer) {
    try {
      long next = 1;
      List<Frame> page = log.read(StreamId.JOURNAL, next, PAGE, PAGE_BYTES);
      while (!page.isEmpty()) {
        for (final Frame frame : page) {
          consumer.accept(JournalEvent.CODEC.decode(frame.payload().unsafeArray()));
        }
        next += page.size();
        page = log.read(StreamId.JOURNAL, next, PAGE, PAGE_BYTES);
      }
    } catch (final LogException | MalformedException e) {
      LOG.error("The node's journal is damaged: applications installed later are missing", e);
    }
  }

  /** Appends an event, one at a time; durable when the future completes. */
  CompletableFuture<Async.Done> append(final JournalEvent event) {
    last =
        last.exceptionally(_ -> Async.Done.DONE)
            .thenCompose(_ -> async.onLoop(log.append(List.of(frame(event)))))
            .thenApply(_ -> Async.Done.DONE);
    return last;
  }

  private Frame frame(final JournalEvent event) {
    final StreamHead head = log.head(StreamId.JOURNAL).orElse(StreamHead.NONE);
    final long position = head.position() + 1;
    final Hash hash = JournalEvent.hash(position, head.hash(), event);
    return new Frame(
        StreamId.JOURNAL,
        position,
        head.hash(),
        hash,
        Bytes.wrap(JournalEvent.CODEC.encode(event)));
  }
}
