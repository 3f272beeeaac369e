// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.host.MuxedSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One side of a yamux session. Lives on one thread, the {@code owner}; only the streams it hands
 * out may be used from others.
 *
 * <p>Everything a peer can make grow has a bound: streams by {@link YamuxConfig#maxStreams}, bytes
 * that wait for a reader by the windows, and a peer that goes beyond, or that opens streams only to
 * have them refused, loses the connection.
 */
public final class YamuxSession implements MuxedSession {
  /** One frame fills one noise frame: 65 535 less the tag and this header. */
  private static final int MAX_DATA = 65_535 - 16 - Frame.SIZE;

  /** Streams that we opened and that the peer has not acknowledged (specification, ACK backlog). */
  private static final int MAX_UNACKNOWLEDGED = 256;

  /** How many streams beyond the limit a peer may try before it is taken for hostile. */
  private static final int MAX_REFUSALS = 1024;

  private final YamuxConfig config;
  private final FrameSink sink;
  private final Executor owner;
  private final Timers timers;
  private final Consumer<YamuxStream> onStream;
  private final Map<Long, YamuxStream> streams = new LinkedHashMap<>();
  private final Deque<YamuxStream> ready = new ArrayDeque<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final KeepAlive keepAlive;
  private final ByteBuf header = Unpooled.buffer(Frame.SIZE, Frame.SIZE);
  private final boolean dialer;
  private Frame current = new Frame(Frame.PING, 0, 0, 0);
  private long remaining;
  private long nextStream;
  private long lastRemote;
  private long grown;
  private int unacknowledged;
  private int refusals;
  private boolean goingAway;

  /** How many streams there are, for readers on other threads. */
  private volatile int open;

  /** While what arrived is worked off, answers are gathered and flushed once. */
  private boolean batching;

  /**
   * Begins a session.
   *
   * @param dialer whether this side dialled, which decides the numbers of its streams
   * @param onStream takes the streams that the peer opens
   */
  public YamuxSession(
      final boolean dialer,
      final YamuxConfig config,
      final FrameSink sink,
      final Executor owner,
      final Timers timers,
      final Consumer<YamuxStream> onStream) {
    this.dialer = dialer;
    this.config = config;
    this.sink = sink;
    this.owner = owner;
    this.timers = timers;
    this.onStream = onStream;
    nextStream = dialer ? 1 : 2;
    keepAlive =
        new KeepAlive(
            timers,
            config,
            nonce -> control(new Frame(Frame.PING, Frame.SYN, 0, nonce)),
            () -> fail(Frame.INTERNAL_ERROR, "the peer did not answer in time"));
  }

  /** Starts to ping the peer. */
  public void start() {
    keepAlive.start();
  }

  @Override
  public YamuxStream open() {
    if (closed.isDone() || goingAway) {
      throw new ConnectionException("The connection is closing");
    }
    if (streams.size() >= config.maxStreams() || unacknowledged >= MAX_UNACKNOWLEDGED) {
      throw new LimitException("The connection has " + streams.size() + " streams already");
    }
    if (nextStream > 0xffff_ffffL) {
      throw new ConnectionException("The connection has used up its stream numbers");
    }
    final YamuxStream stream = new YamuxStream(this, nextStream, true);
    nextStream += 2;
    unacknowledged++;
    streams.put(stream.id(), stream);
    open = streams.size();
    control(new Frame(Frame.WINDOW_UPDATE, Frame.SYN, stream.id(), 0));
    return stream;
  }

  /** Takes what has arrived; {@code in} is read to its end and not released. */
  public void receive(final ByteBuf in) {
    batching = true;
    try {
      while (in.isReadable() && !closed.isDone()) {
        if (remaining > 0) {
          data(in.readSlice((int) Math.min(remaining, in.readableBytes())));
        } else {
          in.readBytes(header, Math.min(header.writableBytes(), in.readableBytes()));
          if (!header.isWritable()) {
            current = Frame.read(header);
            header.clear();
            frame(current);
          }
        }
      }
    } catch (final MalformedException e) {
      fail(Frame.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
    } finally {
      batching = false;
    }
    sink.flush();
  }

  /** Told when the sink has become writable. */
  public void writable() {
    pump();
  }

  @Override
  public void close(final String reason) {
    fail(Frame.NORMAL, reason);
  }

  /** The connection below has ended. */
  public void disconnected(final String reason) {
    end(reason);
  }

  @Override
  public int streams() {
    return open;
  }

  @Override
  public CompletableFuture<String> closed() {
    return closed;
  }

  private void frame(final Frame frame) {
    switch (frame.type()) {
      case Frame.DATA, Frame.WINDOW_UPDATE -> streamFrame(frame);
      case Frame.PING -> ping(frame);
      default -> {
        goingAway = true;
        if (frame.length() != Frame.NORMAL || streams.isEmpty()) {
          fail(Frame.NORMAL, "the peer is going away (" + frame.length() + ")");
        }
      }
    }
  }

  private void ping(final Frame frame) {
    if (frame.has(Frame.SYN)) {
      control(new Frame(Frame.PING, Frame.ACK, 0, frame.length()));
    } else {
      keepAlive.answered(frame.length());
    }
  }

  private void streamFrame(final Frame frame) {
    if (frame.type() == Frame.DATA) {
      remaining = frame.length();
    }
    if (frame.has(Frame.SYN)) {
      accept(frame);
    }
    final YamuxStream stream = streams.get(frame.stream());
    if (stream == null) {
      // A stream that this side has reset already; what was on its way is passed over.
      return;
    }
    if (frame.has(Frame.ACK) && stream.acknowledge()) {
      unacknowledged--;
    }
    if (frame.type() == Frame.DATA) {
      if (frame.length() > stream.window()) {
        throw new MalformedException("The peer wrote beyond the window of a stream");
      }
      stream.expect(frame.length());
    } else {
      stream.credit(frame.length());
    }
    if (frame.has(Frame.RST)) {
      stream.resetByPeer();
    } else if (frame.has(Frame.FIN) && remaining == 0) {
      stream.finishedByPeer();
    }
  }

  private void accept(final Frame frame) {
    final long id = frame.stream();
    if (id == 0 || (id % 2 == 1) == dialer || id <= lastRemote) {
      throw new MalformedException("The peer opened a stream with the number " + id);
    }
    lastRemote = id;
    if (goingAway || streams.size() >= config.maxStreams()) {
      if (++refusals > MAX_REFUSALS) {
        throw new MalformedException("The peer opens more streams than it is allowed");
      }
      control(new Frame(Frame.WINDOW_UPDATE, Frame.RST, id, 0));
      return;
    }
    final YamuxStream stream = new YamuxStream(this, id, false);
    streams.put(id, stream);
    open = streams.size();
    control(new Frame(Frame.WINDOW_UPDATE, Frame.ACK, id, 0));
    onStream.accept(stream);
  }

  private void data(final ByteBuf part) {
    remaining -= part.readableBytes();
    final YamuxStream stream = streams.get(current.stream());
    if (stream != null) {
      stream.receive(part);
      if (remaining == 0 && current.has(Frame.FIN)) {
        stream.finishedByPeer();
      }
    }
  }

  /** Sends a frame without data, at once: such frames answer the peer's and are few. */
  void control(final Frame frame) {
    if (closed.isDone()) {
      return;
    }
    final ByteBuf out = sink.allocate(Frame.SIZE);
    frame.write(out);
    sink.write(out);
    flush();
  }

  private void flush() {
    if (!batching) {
      sink.flush();
    }
  }

  /** A stream has data or its end to send. */
  void wants(final YamuxStream stream) {
    ready.add(stream);
    pump();
  }

  /** Sends one frame of each stream in turn, for as long as the sink takes them. */
  private void pump() {
    boolean sent = false;
    while (!closed.isDone() && sink.writable() && !ready.isEmpty()) {
      final YamuxStream stream = ready.remove();
      final int size = stream.sendable(MAX_DATA);
      final boolean last = stream.lastAfter(size);
      if (size > 0 || last) {
        final ByteBuf out = sink.allocate(Frame.SIZE + size);
        new Frame(Frame.DATA, last ? Frame.FIN : 0, stream.id(), size).write(out);
        final Runnable done = stream.take(out, size);
        sink.write(out);
        sent = true;
        done.run();
      }
      if (stream.canSend()) {
        ready.add(stream);
      } else {
        stream.parked();
      }
    }
    if (sent) {
      flush();
    }
  }

  void forget(final YamuxStream stream) {
    if (streams.remove(stream.id()) != null) {
      open = streams.size();
      if (stream.opened() && stream.acknowledge()) {
        unacknowledged--;
      }
      grown -= stream.grownBy();
      if (goingAway && streams.isEmpty()) {
        fail(Frame.NORMAL, "the peer went away");
      }
    }
  }

  /** Grants a stream up to {@code wanted} more bytes of window. */
  int grow(final int wanted) {
    final int granted = (int) Math.min(wanted, config.windowBudget() - grown);
    grown += granted;
    return granted;
  }

  YamuxConfig config() {
    return config;
  }

  Executor owner() {
    return owner;
  }

  long now() {
    return timers.nanoTime();
  }

  long roundTrip() {
    return keepAlive.roundTrip();
  }

  private void fail(final int code, final String reason) {
    if (!closed.isDone()) {
      control(new Frame(Frame.GO_AWAY, 0, 0, code));
      end(reason);
      sink.close();
    }
  }

  private void end(final String reason) {
    if (closed.complete(reason)) {
      keepAlive.stop();
      ready.clear();
      final List<YamuxStream> all = new ArrayList<>(streams.values());
      streams.clear();
      open = 0;
      all.forEach(stream -> stream.disconnected(reason));
    }
  }
}
