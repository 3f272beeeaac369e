// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.Received;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One end of a stream of frames. */
final class Wire {
  private static final int WINDOW = 4;
  private static final int UNDER_WAY = 64;

  private final Endpoint owner;
  private final long number;
  private final String peer;
  private final Wires.Line line;
  private final Deque<Arrived> inbox = new ArrayDeque<>();
  private final Deque<CompletableFuture<Done>> pending = new ArrayDeque<>();
  private Optional<CompletableFuture<Received>> asking = Optional.empty();
  private Optional<Wire> other = Optional.empty();
  private boolean ended;
  private boolean broken;
  private boolean closed;

  private record Arrived(Bytes frame, Runnable taken) {}

  Wire(final Endpoint owner, final long number, final String peer, final Wires.Line line) {
    this.owner = owner;
    this.number = number;
    this.peer = peer;
    this.line = line;
  }

  static void join(final Wire one, final Wire two) {
    one.other = Optional.of(two);
    two.other = Optional.of(one);
  }

  long number() {
    return number;
  }

  String peer() {
    return peer;
  }

  Wires.Line line() {
    return line;
  }

  CompletableFuture<Done> send(final Bytes frame) {
    if (broken || closed) {
      return failed(Code.STREAM_ENDED, "the stream is closed");
    }
    if (line.underWay() > UNDER_WAY) {
      return failed(Code.BUSY, "the peer has not taken what was sent before");
    }
    final CompletableFuture<Done> taken = new CompletableFuture<>();
    final Wire there = other.orElseThrow();
    pending.addLast(taken);
    line.carry(
        () ->
            there.arrive(
                frame,
                () ->
                    owner
                        .process()
                        .run(
                            () -> {
                              taken.complete(new Done());
                              pending.removeIf(CompletableFuture::isDone);
                            })));
    return taken;
  }

  private void arrive(final Bytes frame, final Runnable taken) {
    if (broken || closed) {
      taken.run();
      return;
    }
    inbox.addLast(new Arrived(frame, taken));
    if (inbox.size() <= WINDOW) {
      taken.run();
    }
    hand();
  }

  /** The next frame, waited for so long. */
  CompletableFuture<Received> receive(final int waitMillis) {
    final CompletableFuture<Received> next = new CompletableFuture<>();
    asking = Optional.of(next);
    hand();
    if (!next.isDone()) {
      owner
          .process()
          .after(
              waitMillis * VirtualTime.MILLISECOND,
              () -> {
                if (next.complete(new Received(Optional.empty(), false))) {
                  asking = asking.filter(a -> !a.isDone());
                }
              });
    }
    return next;
  }

  private void hand() {
    if (asking.isEmpty()) {
      return;
    }
    final CompletableFuture<Received> next = asking.get();
    if (broken) {
      asking = Optional.empty();
      next.completeExceptionally(
          Problem.of(Code.STREAM_ENDED, "the stream was reset").toException());
    } else if (!inbox.isEmpty()) {
      asking = Optional.empty();
      final Arrived first = inbox.removeFirst();
      first.taken.run();
      next.complete(new Received(Optional.of(first.frame), false));
    } else if (ended) {
      asking = Optional.empty();
      next.complete(new Received(Optional.empty(), true));
    }
  }

  void close(final Ending how) {
    if (broken || closed) {
      return;
    }
    final Wire there = other.orElseThrow();
    switch (how) {
      case WRITTEN -> line.carry(there::end);
      case DONE -> {
        closed = true;
        line.carry(there::end);
      }
      case RESET -> {
        closed = true;
        line.carry(there::reset);
      }
    }
    if (closed) {
      owner.forget(this);
    }
  }

  private void end() {
    ended = true;
    hand();
  }

  /** Nothing comes or goes any more. */
  void reset() {
    broken = true;
    owner.forget(this);
    hand();
    while (!pending.isEmpty()) {
      pending
          .removeFirst()
          .completeExceptionally(
              Problem.of(Code.STREAM_ENDED, "the stream was reset").toException());
    }
  }

  private static <T> CompletableFuture<T> failed(final Code code, final String message) {
    return CompletableFuture.failedFuture(Problem.of(code, message).toException());
  }
}
