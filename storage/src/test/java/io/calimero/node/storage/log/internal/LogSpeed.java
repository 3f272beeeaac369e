// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogStatistics;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Measures the log by hand, beside the bare force of the disk: {@code LogSpeed DIRECTORY
 * [ENTRIES]}. No test.
 */
final class LogSpeed {
  private static final int PAYLOAD = 400;

  private LogSpeed() {}

  public static void main(final String[] args) throws IOException {
    final Path directory = Path.of(args[0]);
    final int entries = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    System.out.printf(
        Locale.ROOT,
        "bare force of 1 KiB: median %d us%n",
        bareForce(directory.resolve("bare")) / 1000);
    try (TransactionLog log = TransactionLog.open(directory.resolve("log"), LogOptions.DEFAULT)) {
      oneClient(log);
      for (final int streams : new int[] {1, 100}) {
        manyClients(log, 64, streams, 200_000);
      }
      fill(log, entries);
    }
    reopen(directory.resolve("log"), entries, LogOptions.DEFAULT);
    reopen(directory.resolve("log"), entries, LogOptions.DEFAULT.withScanAtOpen(1L << 50));
  }

  private static long bareForce(final Path path) throws IOException {
    Disk.real().createDirectory(path.resolveSibling("log"));
    final long[] times = new long[2000];
    try (DiskFile file = Disk.real().create(path)) {
      SegmentMaker.zero(file, 0, 16 << 20);
      for (int i = 0; i < times.length; i++) {
        final long start = System.nanoTime();
        file.write(ByteBuffer.allocate(1024), 1024L * i);
        file.force();
        times[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static void oneClient(final TransactionLog log) {
    final List<Frame> frames = Logs.chain(Logs.stream(1), StreamHead.NONE, 3000, PAYLOAD);
    final long[] times = new long[frames.size()];
    for (int i = 0; i < times.length; i++) {
      final long start = System.nanoTime();
      log.append(List.of(frames.get(i))).join();
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "one client: append median %d us, 99%% %d us%n",
        times[times.length / 2] / 1000,
        times[times.length * 99 / 100] / 1000);
  }

  private static void manyClients(
      final TransactionLog log, final int clients, final int streams, final int total) {
    final List<List<Frame>> work = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      final StreamId stream = Logs.stream(1000 * streams + i);
      work.add(Logs.chain(stream, StreamHead.NONE, total / streams, PAYLOAD));
    }
    final LogStatistics before = log.statistics();
    final long start = System.nanoTime();
    final CompletableFuture<?>[] window = new CompletableFuture<?>[clients];
    int slot = 0;
    for (int i = 0; i < total / streams; i++) {
      for (int s = 0; s < streams; s++) {
        final CompletableFuture<?> oldest = window[slot];
        if (oldest != null) {
          oldest.join();
        }
        window[slot] = log.append(List.of(work.get(s).get(i)));
        slot = (slot + 1) % clients;
      }
    }
    Arrays.stream(window).forEach(CompletableFuture::join);
    final double seconds = (System.nanoTime() - start) / 1e9;
    final long forces = log.statistics().forces() - before.forces();
    System.out.printf(
        Locale.ROOT,
        "%d outstanding over %d streams: %.0f durable appends/s, %.1f a force%n",
        clients,
        streams,
        total / seconds,
        (double) total / forces);
  }

  private static void fill(final TransactionLog log, final int entries) {
    final StreamId stream = Logs.stream(7);
    StreamHead head = StreamHead.NONE;
    final long start = System.nanoTime();
    for (int done = 0; done < entries; done += 10_000) {
      final List<Frame> frames =
          Logs.chain(stream, head, Math.min(10_000, entries - done), PAYLOAD);
      log.append(frames).join();
      head = Logs.headOf(frames.getLast());
    }
    System.out.printf(
        Locale.ROOT, "%d entries filled in %.1f s%n", entries, (System.nanoTime() - start) / 1e9);
  }

  private static void reopen(final Path directory, final int entries, final LogOptions options) {
    try (TransactionLog log = TransactionLog.open(directory, options)) {
      System.out.printf(Locale.ROOT, "opened: %s%n", log.recovery());
      final long start = System.nanoTime();
      long position = 1;
      while (position <= entries) {
        position += log.read(Logs.stream(7), position, 1000, 1 << 20).size();
      }
      final double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%d entries read in %.2f s, %.2f us each%n",
          entries,
          seconds,
          seconds * 1e6 / entries);
    }
  }
}
