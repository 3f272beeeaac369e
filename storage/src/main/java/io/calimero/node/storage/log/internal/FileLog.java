// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.OutOfSpaceException;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.RecoveryReport;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log in files. */
public final class FileLog implements TransactionLog {
  private static final Logger LOG = LoggerFactory.getLogger(FileLog.class);

  private final Path directory;
  private final Recovered recovered;
  private final LogIndex index;
  private final ReadFiles files;
  private final AppendQueue queue;
  private final LogWriter writer;

  private FileLog(
      final Path directory,
      final Recovered recovered,
      final ReadFiles files,
      final AppendQueue queue,
      final LogWriter writer) {
    this.directory = directory;
    this.recovered = recovered;
    this.files = files;
    this.queue = queue;
    this.writer = writer;
    index = recovered.index();
  }

  /** Opens the log in this directory. */
  public static FileLog open(
      final Environment environment, final Path directory, final LogOptions options) {
    final Lanes lanes = new Lanes(environment);
    try {
      // On a thread that nobody interrupts: an interrupt would close the files.
      return CompletableFuture.supplyAsync(
              () -> openHere(environment, lanes, directory, options), lanes.writer())
          .join();
    } catch (final CompletionException e) {
      lanes.shutdown();
      if (e.getCause() instanceof LogException cause) {
        throw new LogException(cause.code(), String.valueOf(cause.getMessage()), cause);
      }
      throw e;
    }
  }

  private static FileLog openHere(
      final Environment environment,
      final Lanes lanes,
      final Path directory,
      final LogOptions options) {
    try {
      final SegmentMaker maker =
          new SegmentMaker(
              environment.disk(), directory, options.segmentSize(), lanes.maintenance());
      final Recovered recovered = new Recovery(environment, directory, options, maker).run();
      final AppendQueue queue = new AppendQueue(recovered.index(), options);
      final LogWriter writer =
          new LogWriter(environment, lanes, directory, options, maker, recovered, queue);
      final FileLog log =
          new FileLog(
              directory, recovered, new ReadFiles(environment.disk(), directory), queue, writer);
      writer.writeNotes(recovered.notes());
      log.report();
      return log;
    } catch (final OutOfSpaceException e) {
      throw new LogException(
          Code.STORAGE_FULL, "no room for the log in " + directory + ": " + e.getMessage(), e);
    } catch (final IOException | UncheckedIOException e) {
      throw new LogException(
          Code.UNREADABLE, "cannot open the log in " + directory + ": " + e.getMessage(), e);
    }
  }

  private void report() {
    recovered
        .report()
        .tornTail()
        .ifPresent(
            tail ->
                LOG.warn(
                    "the log in {} ended in an unfinished write: cut {} bytes from segment {},"
                        + " offset {} on, kept in {}",
                    directory,
                    tail.bytes(),
                    tail.segment(),
                    tail.offset(),
                    tail.putAside()));
    recovered.report().remarks().forEach(remark -> LOG.warn("log {}: {}", directory, remark));
    recovered.report().damage().forEach(damage -> LOG.error("log {}: {}", directory, damage));
  }

  @Override
  public CompletableFuture<Void> append(final List<Frame> group) {
    if (group.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    final List<FrameRecord> frames = new ArrayList<>(group.size());
    long bytes = 0;
    for (final Frame frame : group) {
      if (frame.payload().length() > LogOptions.PAYLOAD_MAX) {
        return AppendQueue.refused(
            Code.TOO_LARGE,
            "entry "
                + frame.position()
                + " of stream "
                + frame.stream()
                + " has "
                + frame.payload().length()
                + " bytes, at most "
                + LogOptions.PAYLOAD_MAX
                + " are possible");
      }
      final FrameRecord entry = FrameRecord.entry(frame);
      frames.add(entry);
      bytes += entry.total();
    }
    if (bytes > LogOptions.GROUP_MAX) {
      return AppendQueue.refused(
          Code.TOO_LARGE,
          "a group of " + bytes + " bytes, at most " + LogOptions.GROUP_MAX + " are possible");
    }
    return submit(new Group(frames, (int) bytes));
  }

  @Override
  public CompletableFuture<Void> begin(final StreamBase base, final List<Frame> first) {
    if (first.stream().anyMatch(frame -> !frame.stream().equals(base.stream()))
        || first.stream().anyMatch(frame -> frame.payload().length() > LogOptions.PAYLOAD_MAX)
        || base.payload().length() > LogOptions.PAYLOAD_MAX) {
      return AppendQueue.refused(
          Code.TOO_LARGE, "the stream cannot begin so: " + base.stream() + ", " + base.position());
    }
    final CompletableFuture<Void> done =
        queue.addBegin(
            FrameRecord.base(base),
            first.stream().map(FrameRecord::entry).toList(),
            writer.meter());
    writer.wake();
    return done;
  }

  @Override
  public Optional<StreamBase> base(final StreamId stream) {
    final StreamIndex found = index.stream(stream);
    if (found == null || found.base() == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LogReader(files, recovered.end().segment().logSeed(), stream, found).base());
    } catch (final LogReader.BrokenEntryException e) {
      broken(e.damage(), List.of());
      throw LogReader.damaged(e.damage());
    } catch (final IOException e) {
      throw new LogException(
          queue.isClosed() ? Code.CLOSED : Code.UNREADABLE,
          "cannot read the log: " + e.getMessage(),
          e);
    }
  }

  @Override
  public CompletableFuture<Void> end(final StreamId stream) {
    final CompletableFuture<Void> done = queue.addEnd(stream, writer.meter());
    writer.wake();
    return done;
  }

  /** Gives up what a damaged stream has from its damage on. Durable when it completes. */
  CompletableFuture<Void> cut(final StreamId stream) {
    final StreamHead head = head(stream).orElse(StreamHead.NONE);
    final Kind kind = head.position() == 0 ? Kind.END : Kind.CUT;
    return submit(
        Group.of(
            new FrameRecord(kind, stream, head.position(), Hash.ZERO, head.hash(), Bytes.EMPTY)));
  }

  private CompletableFuture<Void> submit(final Group group) {
    final CompletableFuture<Void> done = queue.add(group, writer.meter());
    writer.wake();
    return done;
  }

  @Override
  public Optional<StreamHead> head(final StreamId stream) {
    final StreamIndex found = index.stream(stream);
    return found == null ? Optional.empty() : Optional.of(found.head());
  }

  @Override
  public SortedMap<StreamId, StreamHead> heads() {
    final SortedMap<StreamId, StreamHead> heads = new TreeMap<>();
    index.streams().forEach((id, stream) -> heads.put(id, stream.head()));
    return heads;
  }

  @Override
  public List<Frame> read(
      final StreamId stream, final long fromPosition, final int maxFrames, final long maxBytes) {
    final StreamIndex found = index.stream(stream);
    final long from = Math.max(1, fromPosition);
    if (queue.isClosed()) {
      throw new LogException(Code.CLOSED, "the log is closed");
    }
    if (found == null || from > found.position() || maxFrames < 1) {
      return List.of();
    }
    if (from <= found.base()) {
      throw new LogException(
          Code.BEFORE_BASE,
          "the stream " + stream + " begins at position " + (found.base() + 1) + " in this log");
    }
    int attempts = 3;
    while (true) {
      final List<Frame> frames = new ArrayList<>();
      try {
        new LogReader(files, recovered.end().segment().logSeed(), stream, found)
            .read(from, maxFrames, maxBytes, frames);
        return List.copyOf(frames);
      } catch (final LogReader.BrokenEntryException e) {
        return broken(e.damage(), frames);
      } catch (final ClosedChannelException e) {
        attempts--;
        if (queue.isClosed() || attempts == 0) {
          throw new LogException(Code.CLOSED, "the log is closed", e);
        }
      } catch (final IOException e) {
        throw new LogException(Code.UNREADABLE, "cannot read the log: " + e.getMessage(), e);
      }
    }
  }

  /** Stops the stream; what was read before the damage is still good. */
  private List<Frame> broken(final Damage damage, final List<Frame> before) {
    if (index.damage().putIfAbsent(damage.stream(), damage) == null) {
      LOG.error("log {}: {}", directory, damage);
      writer.distrustCheckpoint();
    }
    if (before.isEmpty()) {
      throw LogReader.damaged(damage);
    }
    return List.copyOf(before);
  }

  @Override
  public Map<StreamId, Damage> damage() {
    return new TreeMap<>(index.damage());
  }

  @Override
  public RecoveryReport recovery() {
    return recovered.report();
  }

  @Override
  public LogStatistics statistics() {
    return writer.meter().read(queue.groups(), queue.bytes(), writer.segments());
  }

  @Override
  public void close() {
    if (queue.close()) {
      writer.finish();
      try {
        files.close();
      } catch (final IOException e) {
        LOG.warn("log {}: closing a segment failed", directory, e);
      }
    }
  }
}
