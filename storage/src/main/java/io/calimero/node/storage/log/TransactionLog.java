// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.storage.log.internal.Environment;
import io.calimero.node.storage.log.internal.FileLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * The transaction log of a node: one physical log that many streams share, so that one force makes
 * the waiting appends of all of them durable.
 *
 * <p>All methods may be called from any thread. Interrupting a calling thread harms nothing. One
 * process at a time may have a log open; who sees to that is the owner of the directory.
 *
 * <p>Futures are completed by a thread of the log's own, in the order of the appends; what hangs on
 * them should be short.
 */
public interface TransactionLog extends AutoCloseable {
  /**
   * Opens the log in the directory, or begins one, and recovers it: a torn tail is cut, damage is
   * found and attributed. Damage of a stream is no reason to fail, see {@link #damage()}.
   *
   * @throws LogException with code UNREADABLE or STORAGE_FULL, for what stops the whole log
   */
  static TransactionLog open(final Path directory, final LogOptions options) {
    return FileLog.open(Environment.real(), directory, options);
  }

  /**
   * Appends frames as one group: after a crash either all of them are in the log or none.
   *
   * <p>Each frame must follow the last one of its stream, counting those that still wait. Groups of
   * one stream become durable in the order in which they were appended.
   *
   * @return completes when the group is durable; fails with a {@link LogException}. After a failure
   *     other than FAILED the group is not in the log, nor are later groups of its streams that
   *     were waiting behind it
   */
  CompletableFuture<Void> append(List<Frame> group);

  /**
   * Begins a stream behind its first entry, with the entries from there on, as one group. A stream
   * that is there already, damaged or not, ends with the same group: after a crash it is either the
   * old one or the new one. A log that keeps whole streams only need not offer this.
   *
   * @param first entries of the stream that follow the base, without a gap
   * @return completes when the group is durable; fails as {@link #append} does
   */
  default CompletableFuture<Void> begin(final StreamBase base, final List<Frame> first) {
    throw new UnsupportedOperationException("this log keeps whole streams only");
  }

  /**
   * Where the stream begins, if not with its first entry.
   *
   * @throws LogException as {@link #read} does
   */
  default Optional<StreamBase> base(final StreamId stream) {
    return Optional.empty();
  }

  /**
   * Deletes the stream, damaged or not: afterwards it has no entries and may begin again at
   * position 1. A stream without entries is left alone.
   *
   * @return completes when the deletion is durable; fails as {@link #append} does
   */
  CompletableFuture<Void> end(StreamId stream);

  /** The durable head of the stream, if it has entries that can be served. */
  Optional<StreamHead> head(StreamId stream);

  /** The durable heads of all streams that have entries that can be served, as they are now. */
  SortedMap<StreamId, StreamHead> heads();

  /**
   * Reads durable entries in order.
   *
   * @param fromPosition the first position wanted
   * @param maxFrames at most so many
   * @param maxBytes at most so many bytes of payload, except that the first frame is always given
   * @return the frames, empty if the stream has none from there on
   * @throws LogException with code DAMAGED if an entry turns out to be damaged, which stops the
   *     stream there; BEFORE_BASE if the stream begins later; UNREADABLE if the disk cannot be
   *     read; CLOSED
   */
  List<Frame> read(StreamId stream, long fromPosition, int maxFrames, long maxBytes);

  /** The streams that stopped, and why. Their entries before the damage can be read. */
  Map<StreamId, Damage> damage();

  /** What opening found. */
  RecoveryReport recovery();

  /** What the log has done so far. */
  LogStatistics statistics();

  /**
   * Writes and forces what waits, completes its futures, then closes. Further appends and reads
   * fail with CLOSED. Closing twice does nothing.
   */
  @Override
  void close();
}
