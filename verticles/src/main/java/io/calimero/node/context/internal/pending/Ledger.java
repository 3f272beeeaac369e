// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.records.RecordFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the pool's file. While one force is under way the next group gathers; a file that has
 * grown out of proportion, or that an append has failed in, is written anew.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final int GROUP_RECORDS = 4096;
  private static final long GROUP_BYTES = 16L << 20;
  private static final int NOTES = 1024;
  private static final long SMALL = 1L << 20;
  private static final int OUT_OF_PROPORTION = 4;

  private final RecordFile file;
  private final Outside outside;
  private final Supplier<List<PendingRecord>> all;
  private final LongSupplier bytes;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final List<PendingRecord> notes = new ArrayList<>();
  private boolean writing;

  private record Waiting(PendingRecord what, long size, CompletableFuture<Ledger> durable) {}

  /**
   * A ledger.
   *
   * @param all everything that the file should hold, what waits here included
   * @param bytes how long that is, about
   */
  Ledger(
      final RecordFile file,
      final Outside outside,
      final Supplier<List<PendingRecord>> all,
      final LongSupplier bytes) {
    this.file = file;
    this.outside = outside;
    this.all = all;
    this.bytes = bytes;
  }

  /** Durable when the future completes. */
  CompletableFuture<Ledger> write(final PendingRecord what, final long size) {
    final Waiting waiting = new Waiting(what, size, new CompletableFuture<>());
    queue.addLast(waiting);
    pump();
    return waiting.durable;
  }

  /** To be written some time: nothing is wrong if it never is. */
  void note(final PendingRecord what) {
    notes.add(what);
    pump();
  }

  private void pump() {
    if (writing || (queue.isEmpty() && notes.size() < NOTES)) {
      return;
    }
    final List<Waiting> group = new ArrayList<>();
    long size = 0;
    while (!queue.isEmpty()
        && group.size() < GROUP_RECORDS
        && (group.isEmpty() || size + queue.getFirst().size <= GROUP_BYTES)) {
      final Waiting next = queue.removeFirst();
      size += next.size;
      group.add(next);
    }
    final boolean anew =
        file.mustBeRewritten()
            || file.size() > Math.max(SMALL, OUT_OF_PROPORTION * bytes.getAsLong());
    final List<PendingRecord> records = anew ? all.get() : part(group);
    notes.clear();
    writing = true;
    final CompletableFuture<Object> _ =
        outside
            .blocking(() -> store(anew, records))
            .handle(
                (_, failure) -> {
                  writing = false;
                  if (failure == null) {
                    group.forEach(waiting -> waiting.durable.complete(this));
                  } else {
                    LOG.debug("not stored", failure);
                    group.forEach(waiting -> waiting.durable.completeExceptionally(failure));
                  }
                  pump();
                  return records;
                });
  }

  private List<PendingRecord> part(final List<Waiting> group) {
    final List<PendingRecord> records = new ArrayList<>(notes);
    group.forEach(waiting -> records.add(waiting.what));
    return records;
  }

  private boolean store(final boolean anew, final List<PendingRecord> records) {
    final List<Bytes> encoded =
        records.stream().map(each -> Bytes.wrap(PendingRecord.CODEC.encode(each))).toList();
    if (anew) {
      file.rewrite(encoded);
    } else {
      file.append(encoded);
    }
    return anew;
  }

  /** Writes what is only noted, and closes the file; blocks. Nothing may be under way. */
  void close() {
    if (!writing && !notes.isEmpty() && !file.mustBeRewritten()) {
      store(false, List.copyOf(notes));
    }
    file.close();
  }
}
