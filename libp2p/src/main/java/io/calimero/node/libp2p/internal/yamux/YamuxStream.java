// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.RawStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One stream of a session. Its public methods may be called from any thread and do their work on
 * the session's.
 */
public final class YamuxStream implements RawStream {
  private final YamuxSession session;
  private final long id;
  private final boolean opened;
  private final ReceiveWindow receiving;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Deque<Write> writes = new ArrayDeque<>();
  private Optional<CompletableFuture<Void>> finishing = Optional.empty();
  private Optional<String> broken = Optional.empty();
  private long sendWindow = YamuxConfig.INITIAL_WINDOW;
  private long queued;
  private boolean queuedForPump;
  private boolean acknowledged;
  private boolean finished;

  /** Bytes on their way out. */
  private static final class Write {
    private final byte[] bytes;
    private final CompletableFuture<Void> done;
    private int at;

    Write(final byte[] bytes, final CompletableFuture<Void> done) {
      this.bytes = bytes;
      this.done = done;
    }
  }

  YamuxStream(final YamuxSession session, final long id, final boolean opened) {
    this.session = session;
    this.id = id;
    this.opened = opened;
    receiving = new ReceiveWindow(session, id);
  }

  @Override
  public CompletableFuture<byte[]> read() {
    final CompletableFuture<byte[]> read = new CompletableFuture<>();
    session.owner().execute(() -> receiving.read(read));
    return read;
  }

  @Override
  public CompletableFuture<Void> write(final byte[] bytes) {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    session.owner().execute(() -> enqueue(new Write(bytes, done)));
    return done;
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    session.owner().execute(() -> finish(done));
    return done;
  }

  @Override
  public void reset() {
    session.owner().execute(this::resetHere);
  }

  @Override
  public CompletableFuture<Void> closed() {
    return closed;
  }

  @Override
  public boolean opened() {
    return opened;
  }

  private void enqueue(final Write write) {
    if (broken.isPresent()) {
      write.done.completeExceptionally(new StreamException(broken.get()));
    } else if (finishing.isPresent()) {
      write.done.completeExceptionally(new StreamException("This side was closed already"));
    } else if (queued > session.config().maxQueued()) {
      write.done.completeExceptionally(
          new LimitException("The stream has " + queued + " bytes queued; wait for a write"));
    } else if (write.bytes.length == 0) {
      write.done.complete(null);
    } else {
      queued += write.bytes.length;
      writes.add(write);
      wake();
    }
  }

  private void finish(final CompletableFuture<Void> done) {
    if (broken.isPresent()) {
      done.completeExceptionally(new StreamException(broken.get()));
    } else if (finishing.isPresent()) {
      Futures.ignore(finishing.get().whenComplete((ok, failure) -> settle(done, failure)));
    } else {
      finishing = Optional.of(done);
      wake();
    }
  }

  private static void settle(final CompletableFuture<Void> future, final Throwable failure) {
    if (failure == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(failure);
    }
  }

  private void resetHere() {
    if (!closed.isDone()) {
      session.control(new Frame(Frame.WINDOW_UPDATE, Frame.RST, id, 0));
      session.forget(this);
      fail("The stream was reset on this side");
    }
  }

  private void wake() {
    if (!queuedForPump && canSend()) {
      queuedForPump = true;
      session.wants(this);
    }
  }

  // What follows is for the session.

  long id() {
    return id;
  }

  /** The first acknowledgement: true once. */
  boolean acknowledge() {
    final boolean first = opened && !acknowledged;
    acknowledged = true;
    return first;
  }

  long window() {
    return receiving.window();
  }

  int grownBy() {
    return receiving.grownBy();
  }

  void expect(final long length) {
    receiving.expect(length);
  }

  void receive(final ByteBuf part) {
    receiving.receive(part);
  }

  void credit(final long bytes) {
    sendWindow = Math.min(sendWindow + bytes, Integer.MAX_VALUE);
    wake();
  }

  boolean canSend() {
    return broken.isEmpty()
        && !finished
        && ((queued > 0 && sendWindow > 0) || (queued == 0 && finishing.isPresent()));
  }

  /** How many bytes may go into one frame. */
  int sendable(final int max) {
    return broken.isPresent() ? 0 : (int) Math.min(Math.min(queued, sendWindow), max);
  }

  /** Whether a frame with the next {@code size} bytes is the last one. */
  boolean lastAfter(final int size) {
    return broken.isEmpty() && !finished && finishing.isPresent() && queued == size;
  }

  /** Moves {@code size} bytes to {@code out}; what is to be done once they are written. */
  Runnable take(final ByteBuf out, final int size) {
    final Deque<CompletableFuture<Void>> done = new ArrayDeque<>();
    final boolean last = lastAfter(size);
    sendWindow -= size;
    queued -= size;
    int rest = size;
    while (rest > 0) {
      final Write write = writes.element();
      final int part = Math.min(rest, write.bytes.length - write.at);
      out.writeBytes(write.bytes, write.at, part);
      write.at += part;
      rest -= part;
      if (write.at == write.bytes.length) {
        done.add(writes.remove().done);
      }
    }
    finished |= last;
    return () -> {
      done.forEach(future -> future.complete(null));
      if (last) {
        finishing.ifPresent(future -> future.complete(null));
        closeIfOver();
      }
    };
  }

  void parked() {
    queuedForPump = false;
    // Something may have come to be sent while this stream was out of the queue.
    wake();
  }

  void finishedByPeer() {
    receiving.end();
    closeIfOver();
  }

  void resetByPeer() {
    session.forget(this);
    fail("The stream was reset by the peer");
  }

  void disconnected(final String reason) {
    fail("The connection has ended: " + reason);
  }

  private void closeIfOver() {
    if (finished && receiving.ended()) {
      session.forget(this);
      closed.complete(null);
    }
  }

  private void fail(final String reason) {
    if (broken.isEmpty() && !closed.isDone()) {
      broken = Optional.of(reason);
      queued = 0;
      final Deque<Write> lost = new ArrayDeque<>(writes);
      writes.clear();
      closed.complete(null);
      receiving.fail(reason);
      lost.forEach(write -> write.done.completeExceptionally(new StreamException(reason)));
      finishing.ifPresent(future -> future.completeExceptionally(new StreamException(reason)));
    }
  }
}
