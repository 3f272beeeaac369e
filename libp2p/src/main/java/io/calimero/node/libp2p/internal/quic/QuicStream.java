// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.quic;

import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Inbox;
import io.calimero.node.libp2p.internal.host.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One stream of a session, the only handler of its channel. Its public methods may be called from
 * any thread and do their work on the session's.
 *
 * <p>The channel reads only while somebody waits for bytes: until then they stay with QUIC, whose
 * window the peer cannot exceed.
 */
final class QuicStream extends ChannelInboundHandlerAdapter implements RawStream {
  /** Writes go to QUIC in parts of this size, which it copies. */
  private static final int PART = 64 << 10;

  /** How much of a stream waits inside of QUIC for the peer's window. */
  private static final int MAX_IN_FLIGHT = 4 * PART;

  private final QuicSession session;
  private final int maxQueued;
  private final boolean opened;
  private final Inbox receiving = new Inbox(this::wanted, _ -> {});
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Deque<Write> writes = new ArrayDeque<>();
  private Optional<Channel> channel = Optional.empty();
  private Optional<CompletableFuture<Void>> finishing = Optional.empty();
  private Optional<String> broken = Optional.empty();
  private long queued;
  private int inFlight;
  private boolean scheduled;

  /** Whether the end is on its way, and whether QUIC has taken it. */
  private boolean finished;

  private boolean ended;

  /** Bytes on their way out. */
  private static final class Write {
    private final byte[] bytes;
    private final CompletableFuture<Void> done;
    private int at;
    private boolean told;

    Write(final byte[] bytes, final CompletableFuture<Void> done) {
      this.bytes = bytes;
      this.done = done;
    }
  }

  QuicStream(final QuicSession session, final int maxQueued, final boolean opened) {
    this.session = session;
    this.maxQueued = maxQueued;
    this.opened = opened;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    channel = Optional.of(ctx.channel());
  }

  @Override
  public CompletableFuture<byte[]> read() {
    final CompletableFuture<byte[]> read = new CompletableFuture<>();
    session.loop().execute(() -> receiving.read(read));
    return read;
  }

  private void wanted() {
    channel.ifPresent(Channel::read);
  }

  @Override
  public CompletableFuture<Void> write(final byte[] bytes) {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    session.loop().execute(() -> enqueue(new Write(bytes, done)));
    return done;
  }

  private void enqueue(final Write write) {
    if (broken.isPresent()) {
      write.done.completeExceptionally(new StreamException(broken.get()));
    } else if (finishing.isPresent()) {
      write.done.completeExceptionally(new StreamException("This side was closed already"));
    } else if (queued > maxQueued) {
      write.done.completeExceptionally(
          new LimitException("The stream has " + queued + " bytes queued; wait for a write"));
    } else if (write.bytes.length == 0) {
      write.done.complete(null);
    } else {
      queued += write.bytes.length;
      writes.add(write);
      pump();
    }
  }

  /**
   * Sends what waits when this thread is done with what it does: a close that follows a write at
   * once then travels in the same packet, see {@link #finishLate}.
   */
  private void pump() {
    if (!scheduled && channel.isPresent()) {
      scheduled = true;
      channel.get().eventLoop().execute(this::send);
    }
  }

  private void send() {
    scheduled = false;
    while (!writes.isEmpty() && inFlight < MAX_IN_FLIGHT && broken.isEmpty()) {
      final Write write = writes.element();
      final int size = Math.min(PART, write.bytes.length - write.at);
      if (size == queued - inFlight && !write.told && stream().bytesBeforeUnwritable() >= size) {
        // There is room for all of it. Whoever waits for that may have more to send, or the end.
        write.told = true;
        write.done.complete(null);
        pump();
        return;
      }
      part(write, size);
    }
    if (queued == 0 && !finished && broken.isEmpty()) {
      finishing.ifPresent(this::finishLate);
    }
  }

  private void part(final Write write, final int size) {
    final ByteBuf bytes = Unpooled.wrappedBuffer(write.bytes, write.at, size);
    write.at += size;
    inFlight += size;
    final boolean last = write.at == write.bytes.length;
    if (last) {
      writes.remove();
    }
    final boolean end = finishing.isPresent() && writes.isEmpty();
    finished |= end;
    Futures.ignore(
        channel
            .orElseThrow()
            .write(end ? new DefaultQuicStreamFrame(bytes, true) : bytes)
            .addListener(
                sent -> {
                  sent(write, size, last, Optional.ofNullable(sent.cause()));
                  if (end && sent.isSuccess()) {
                    finishing.ifPresent(this::finished);
                  }
                }));
    session.room(stream().bytesBeforeUnwritable());
  }

  private void sent(
      final Write write, final int size, final boolean last, final Optional<Throwable> failure) {
    inFlight -= size;
    queued = Math.max(0, queued - size);
    if (failure.isPresent()) {
      write.done.completeExceptionally(
          new StreamException("The peer takes no more: " + failure.get().getMessage()));
      breakOff("The peer takes no more");
      return;
    }
    if (last) {
      write.done.complete(null);
    }
    pump();
  }

  @Override
  public CompletableFuture<Void> closeWrite() {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    session
        .loop()
        .execute(
            () -> {
              if (broken.isPresent()) {
                done.completeExceptionally(new StreamException(broken.get()));
              } else if (finishing.isPresent()) {
                Futures.forward(finishing.get(), done);
              } else {
                finishing = Optional.of(done);
                pump();
              }
            });
    return done;
  }

  /**
   * Sends the end alone. quiche forgets a stream whose data is acknowledged and whose other side
   * has ended, even if the end of this side was not sent yet or was lost, and the peer would wait
   * for it for ever (its issue 2525). So the end goes when it can be sent at once, and where the
   * other side has ended, when the acknowledgement that could do harm should have come.
   */
  private void finishLate(final CompletableFuture<Void> done) {
    finished = true;
    if (receiving.ended()) {
      session.whenAcknowledged(() -> finish(done));
    } else {
      session.whenRoom(() -> finish(done));
    }
  }

  private void finish(final CompletableFuture<Void> done) {
    if (broken.isPresent()) {
      return;
    }
    Futures.ignore(
        stream()
            .shutdownOutput()
            .addListener(
                sent -> {
                  if (sent.isSuccess()) {
                    finished(done);
                  } else {
                    breakOff("The peer takes no more");
                  }
                }));
  }

  private void finished(final CompletableFuture<Void> done) {
    ended = true;
    done.complete(null);
    closeIfOver();
  }

  private QuicStreamChannel stream() {
    return (QuicStreamChannel) channel.orElseThrow();
  }

  @Override
  public void reset() {
    session.loop().execute(() -> breakOff("The stream was reset on this side"));
  }

  @Override
  public CompletableFuture<Void> closed() {
    return closed;
  }

  @Override
  public boolean opened() {
    return opened;
  }

  @Override
  public void channelRead(final ChannelHandlerContext ctx, final Object message) {
    final ByteBuf part = (ByteBuf) message;
    try {
      receiving.receive(part);
    } finally {
      part.release();
    }
  }

  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
    session.room(stream().bytesBeforeUnwritable());
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      receiving.end();
      closeIfOver();
    }
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable failure) {
    breakOff(
        failure instanceof QuicStreamResetException
            ? "The stream was reset by the peer"
            : "The stream failed: " + failure.getMessage());
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    fail("The stream has ended");
  }

  void disconnected(final String reason) {
    fail("The connection has ended: " + reason);
  }

  private void closeIfOver() {
    if (ended && receiving.ended() && broken.isEmpty()) {
      session.forget(this, false);
      closed.complete(null);
    }
  }

  /** Ends both directions at once, and tells the peer. */
  private void breakOff(final String reason) {
    if (closed.isDone()) {
      return;
    }
    fail(reason);
    if (channel.isPresent()) {
      Futures.ignore(stream().shutdown(0));
      Futures.ignore(stream().close());
    }
  }

  private void fail(final String reason) {
    if (broken.isEmpty() && !closed.isDone()) {
      broken = Optional.of(reason);
      session.forget(this, true);
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
