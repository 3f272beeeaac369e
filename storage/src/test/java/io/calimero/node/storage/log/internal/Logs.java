// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.SimDisk;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What the tests of the log share. */
final class Logs {
  static final Path DIR = Path.of("log");
  static final LogOptions SMALL =
      LogOptions.DEFAULT.withSegmentSize(LogOptions.SEGMENT_MIN).withScanAtOpen(0);

  private Logs() {}

  static StreamId stream(final int number) {
    return new StreamId(Hash.sha256(ByteBuffer.allocate(4).putInt(number).array()));
  }

  static Bytes payload(final int length, final long seed) {
    final byte[] bytes = new byte[length];
    long state = seed * 0x9e37_79b9_7f4a_7c15L + 1;
    for (int i = 0; i < length; i++) {
      state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      bytes[i] = (byte) (state >>> 56);
    }
    return Bytes.wrap(bytes);
  }

  /** The frame after the head. */
  static Frame next(final StreamId stream, final StreamHead head, final Bytes payload) {
    final long position = head.position() + 1;
    final Hash hash =
        Hash.sha256(
            head.hash().toByteArray(),
            Long.toString(position).getBytes(StandardCharsets.US_ASCII),
            payload.unsafeArray());
    return new Frame(stream, position, head.hash(), hash, payload);
  }

  /** Frames after the head, one after the other. */
  static List<Frame> chain(
      final StreamId stream, final StreamHead head, final int count, final int length) {
    final List<Frame> frames = new ArrayList<>();
    StreamHead at = head;
    for (int i = 0; i < count; i++) {
      final Frame frame = next(stream, at, payload(length, at.position() + 1));
      frames.add(frame);
      at = headOf(frame);
    }
    return frames;
  }

  static StreamHead headOf(final Frame frame) {
    return new StreamHead(frame.position(), frame.hash());
  }

  static StreamHead head(final TransactionLog log, final StreamId stream) {
    return log.head(stream).orElse(StreamHead.NONE);
  }

  static List<Frame> all(final TransactionLog log, final StreamId stream) {
    return log.read(stream, 1, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Appends one by one, waiting for each. */
  static void appendEach(final TransactionLog log, final List<Frame> frames) {
    frames.forEach(frame -> log.append(List.of(frame)).join());
  }

  static LogException.Code codeOf(final CompletableFuture<?> future) {
    try {
      future.join();
    } catch (final CompletionException e) {
      if (e.getCause() instanceof LogException cause) {
        return cause.code();
      }
      throw e;
    }
    throw new AssertionError("it did not fail");
  }

  /** An environment in which everything happens on the calling thread, at once or when told. */
  static Environment inline(final Disk disk, final Lane lane) {
    return new Environment(disk, () -> 0x5eed_5eed_5eedL, () -> 0, name -> lane.view(name));
  }

  static FileLog open(final SimDisk disk, final LogOptions options) {
    return FileLog.open(inline(disk, new Lane()), DIR, options);
  }

  /** Runs tasks on the calling thread; the writer's wait while it is held. */
  static final class Lane {
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;

    void hold() {
      holding = true;
    }

    void release() {
      holding = false;
      while (!held.isEmpty()) {
        held.removeFirst().run();
      }
    }

    AbstractExecutorService view(final String name) {
      return new AbstractExecutorService() {
        @Override
        public void execute(final Runnable task) {
          if (holding && "log-writer".equals(name)) {
            held.add(task);
          } else {
            task.run();
          }
        }

        @Override
        public void shutdown() {
          release();
        }

        @Override
        public List<Runnable> shutdownNow() {
          return List.of();
        }

        @Override
        public boolean isShutdown() {
          return false;
        }

        @Override
        public boolean isTerminated() {
          return false;
        }

        @Override
        public boolean awaitTermination(final long timeout, final TimeUnit unit) {
          return true;
        }
      };
    }
  }
}
