// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames on a stream of bytes. It reads only while somebody waits for a frame, so that
 * the peer is held to its window, and writes the next piece only when the last one was taken.
 */
final class FrameStream {
  private static final int PIECE = 64 << 10;
  private static final int MAX_SENDS = 8;
  private static final long NOT_TAKEN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long NOT_USED_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final OpenedStream name;
  private final Stream stream;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final IntConsumer held;
  private final FrameBuffer incoming = new FrameBuffer(OpenedStream.MAX_FRAME);
  private final Deque<Outgoing> outgoing = new ArrayDeque<>();
  private @Nullable Waiter waiter;
  private @Nullable RuntimeException broken;
  private boolean reading;
  private boolean ended;
  private boolean closing;
  private boolean discarding;
  private long usedAt;
  private long movedAt;

  private record Waiter(CompletableFuture<Received> frame, long until) {}

  private static final class Outgoing {
    private final byte[] bytes;
    private final CompletableFuture<Done> taken = new CompletableFuture<>();
    private int sent;

    Outgoing(final byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Frames on a stream.
   *
   * @param loop where everything but the constructor is called, and everything completes
   * @param held is told how many bytes more, or fewer, wait to be taken
   */
  FrameStream(
      final OpenedStream name,
      final Stream stream,
      final Executor loop,
      final LongSupplier nanoTime,
      final IntConsumer held) {
    this.name = name;
    this.stream = stream;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.held = held;
    usedAt = nanoTime.getAsLong();
  }

  OpenedStream name() {
    return name;
  }

  CompletableFuture<Received> receive(final int waitMillis) {
    usedAt = nanoTime.getAsLong();
    if (waiter != null || discarding) {
      return Failures.failed(Code.INVALID_REQUEST, "one frame is asked for at a time");
    }
    final CompletableFuture<Received> frame = new CompletableFuture<>();
    waiter = new Waiter(frame, usedAt + TimeUnit.MILLISECONDS.toNanos(waitMillis));
    serve();
    return frame;
  }

  CompletableFuture<Done> send(final Bytes frame) {
    usedAt = nanoTime.getAsLong();
    if (frame.length() > OpenedStream.MAX_FRAME) {
      return Failures.failed(
          Code.INVALID_REQUEST, "a frame of " + frame.length() + " bytes is too large");
    }
    if (broken != null) {
      return CompletableFuture.failedFuture(broken);
    }
    if (closing) {
      return Failures.failed(Code.STREAM_ENDED, "this side of the stream is closed");
    }
    if (outgoing.size() >= MAX_SENDS) {
      return Failures.failed(Code.BUSY, "the peer has not taken what was sent before");
    }
    final Outgoing next = new Outgoing(FrameBuffer.framed(frame));
    outgoing.add(next);
    if (outgoing.size() == 1) {
      write(next);
    }
    return next.taken;
  }

  /** Sends what waits, then tells the peer that no more comes. */
  void closeWrite() {
    usedAt = nanoTime.getAsLong();
    if (!closing) {
      closing = true;
      finishWriting();
    }
  }

  /** As {@link #closeWrite}; what still comes is dropped. */
  void done() {
    closeWrite();
    if (!discarding) {
      discarding = true;
      serve();
    }
  }

  void reset(final String why) {
    stream.reset();
    breakOff(new StreamException(why));
  }

  /** Whether nothing can happen on it any more, so that it can be forgotten. */
  boolean isOver() {
    return discarding && (broken != null || (ended && outgoing.isEmpty()));
  }

  /** Looks at the clock. */
  void tick() {
    final long now = nanoTime.getAsLong();
    if (waiter != null && now - waiter.until >= 0) {
      answer(new Received(Optional.empty(), false));
    }
    if (!outgoing.isEmpty() && now - movedAt > NOT_TAKEN_NANOS) {
      reset("the peer takes nothing");
    } else if (discarding && now - usedAt > DISCARD_NANOS && outgoing.isEmpty()) {
      reset("the stream is done with");
    } else if (waiter == null && outgoing.isEmpty() && now - usedAt > NOT_USED_NANOS) {
      reset("nobody has used the stream for a minute");
      discarding = true;
    }
  }

  private void serve() {
    while (broken == null && (waiter != null || discarding)) {
      final Optional<Bytes> frame;
      final int before = incoming.held();
      try {
        frame = incoming.next();
      } catch (final StreamException e) {
        stream.reset();
        breakOff(e);
        return;
      }
      if (frame.isEmpty()) {
        readMoreOrEnd();
        return;
      }
      held.accept(incoming.held() - before);
      answer(new Received(frame, false));
    }
    if (broken != null) {
      failWaiter(broken);
    }
  }

  private void readMoreOrEnd() {
    if (!ended) {
      read();
    } else if (incoming.held() > 0) {
      breakOff(new StreamException("the peer ended the stream within a frame"));
    } else {
      answer(new Received(Optional.empty(), true));
    }
  }

  private void read() {
    if (!reading) {
      reading = true;
      final CompletableFuture<byte[]> _ =
          stream
              .read()
              .whenCompleteAsync(
                  (bytes, failure) -> {
                    reading = false;
                    if (failure != null) {
                      breakOff(failure);
                    } else if (bytes.length == 0) {
                      ended = true;
                    } else {
                      incoming.add(bytes);
                      held.accept(bytes.length);
                    }
                    serve();
                  },
                  loop);
    }
  }

  private void write(final Outgoing frame) {
    movedAt = nanoTime.getAsLong();
    final int upTo = Math.min(frame.bytes.length, frame.sent + PIECE);
    final byte[] piece = Arrays.copyOfRange(frame.bytes, frame.sent, upTo);
    frame.sent = upTo;
    final CompletableFuture<Void> _ =
        stream
            .write(piece)
            .whenCompleteAsync(
                (_, failure) -> {
                  if (failure != null) {
                    breakOff(failure);
                  } else if (broken == null) {
                    written(frame);
                  }
                },
                loop);
  }

  private void written(final Outgoing frame) {
    if (frame.sent < frame.bytes.length) {
      write(frame);
      return;
    }
    outgoing.remove();
    if (!outgoing.isEmpty()) {
      write(outgoing.element());
    } else if (closing) {
      finishWriting();
    }
    frame.taken.complete(new Done());
  }

  private void finishWriting() {
    if (outgoing.isEmpty() && broken == null) {
      final CompletableFuture<Void> _ =
          stream
              .closeWrite()
              .whenCompleteAsync(
                  (_, failure) -> {
                    if (failure != null) {
                      breakOff(failure);
                    }
                  },
                  loop);
    }
  }

  private void breakOff(final Throwable why) {
    if (broken != null) {
      return;
    }
    final RuntimeException problem = Failures.translated(why);
    broken = problem;
    held.accept(-incoming.held());
    failWaiter(problem);
    while (!outgoing.isEmpty()) {
      outgoing.remove().taken.completeExceptionally(problem);
    }
  }

  private void answer(final Received received) {
    final Waiter answered = waiter;
    waiter = null;
    if (answered != null) {
      answered.frame.complete(received);
    }
  }

  private void failWaiter(final RuntimeException problem) {
    final Waiter failed = waiter;
    waiter = null;
    if (failed != null) {
      failed.frame.completeExceptionally(problem);
    }
  }
}
