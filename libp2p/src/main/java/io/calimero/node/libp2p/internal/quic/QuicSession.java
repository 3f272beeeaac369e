// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.quic;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.host.MuxedSession;
import io.calimero.node.libp2p.internal.host.RawStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicConnectionStats;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The streams of a QUIC connection, whose channel's last handler this is. Lives on its thread. */
public final class QuicSession extends ChannelInboundHandlerAdapter implements MuxedSession {
  /**
   * How many streams may end early. Netty keeps a little of each such stream until the connection
   * ends, so a peer could fill the memory by resetting streams.
   */
  private static final int MAX_RESETS = 10_000;

  private static final int MAX_REASON = 200;

  /**
   * How long a peer may wait with an acknowledgement (RFC 9000 section 18.2), and a little more.
   */
  private static final Duration ACKNOWLEDGEMENT = Duration.ofMillis(30);

  /** What is believed of a round trip, so that one stalled moment holds up no end for long. */
  private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);

  /** After which an end is sent though QUIC did not say that it had room again. */
  private static final Duration NO_ROOM = Duration.ofSeconds(1);

  private final QuicChannel channel;
  private final int maxStreams;
  private final int maxQueued;
  private final EventLoopTimers loop;
  private final Consumer<RawStream> onStream;
  private final Set<QuicStream> streams = new LinkedHashSet<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private Timers.Timer keepAlive = () -> {};
  private Optional<String> farewell = Optional.empty();
  private long received = -1;
  private int resets;

  /** Whether QUIC could send more when it was last given something: its window only grows since. */
  private boolean room = true;

  private final Set<Runnable> wantRoom = new LinkedHashSet<>();

  /** How many streams there are, for readers on other threads. */
  private volatile int open;

  /**
   * Begins a session.
   *
   * @param maxStreams how many streams may be open
   * @param maxQueued how many bytes a stream may have queued when another write is accepted
   * @param onStream takes the streams that the peer opens
   */
  public QuicSession(
      final QuicChannel channel,
      final int maxStreams,
      final int maxQueued,
      final Consumer<RawStream> onStream) {
    this.channel = channel;
    this.maxStreams = maxStreams;
    this.maxQueued = maxQueued;
    this.onStream = onStream;
    loop = new EventLoopTimers(channel.eventLoop());
  }

  /** Runs {@code probe}, which must make the peer answer, when it was silent for {@code period}. */
  public void keepAlive(final Duration period, final Runnable probe) {
    keepAlive =
        loop.every(
            period,
            () ->
                Futures.ignore(
                    channel
                        .collectStats()
                        .addListener(
                            (Future<QuicConnectionStats> done) -> {
                              if (done.isSuccess() && silent(done.getNow().recv())) {
                                probe.run();
                              }
                            })));
  }

  private boolean silent(final long packets) {
    final boolean silent = packets == received;
    received = packets;
    return silent && !closed.isDone();
  }

  /** Notes what QUIC has room for after a stream has given it something, or been told. */
  void room(final long bytes) {
    room = bytes > 0;
    while (room && !wantRoom.isEmpty()) {
      final Runnable first = wantRoom.iterator().next();
      wantRoom.remove(first);
      first.run();
    }
  }

  /** Runs what sends a little once it leaves at once, and does not wait inside of QUIC. */
  void whenRoom(final Runnable task) {
    if (room) {
      task.run();
    } else if (wantRoom.add(task)) {
      loop.after(
          NO_ROOM,
          () -> {
            if (wantRoom.remove(task)) {
              task.run();
            }
          });
    }
  }

  /** Runs it, as above, when what was sent until now should have been acknowledged. */
  void whenAcknowledged(final Runnable task) {
    Futures.ignore(
        channel
            .collectPathStats(0)
            .addListener(
                (Future<QuicConnectionPathStats> done) ->
                    loop.after(
                        ACKNOWLEDGEMENT.plusNanos(
                            done.isSuccess()
                                ? Math.min(done.getNow().rtt(), MAX_ROUND_TRIP.toNanos())
                                : 0),
                        () -> whenRoom(task))));
  }

  @Override
  public RawStream open() {
    if (closed.isDone()) {
      throw new ConnectionException("The connection is closing");
    }
    if (streams.size() >= maxStreams
        || channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) <= 0) {
      throw new LimitException("The connection has " + streams.size() + " streams already");
    }
    final QuicStream stream = new QuicStream(this, maxQueued, true);
    final Future<QuicStreamChannel> created =
        channel.createStream(QuicStreamType.BIDIRECTIONAL, stream);
    if (!created.isSuccess()) {
      throw new ConnectionException("QUIC opens no stream", created.cause());
    }
    add(stream);
    return stream;
  }

  /** Takes a stream that the peer opened. */
  public void accept(final QuicStreamChannel opened) {
    final QuicStream stream = new QuicStream(this, maxQueued, false);
    opened.pipeline().addLast(stream);
    if (closed.isDone() || opened.type() != QuicStreamType.BIDIRECTIONAL) {
      stream.reset();
      return;
    }
    add(stream);
    onStream.accept(stream);
  }

  private void add(final QuicStream stream) {
    streams.add(stream);
    open = streams.size();
  }

  void forget(final QuicStream stream, final boolean early) {
    if (!streams.remove(stream)) {
      return;
    }
    open = streams.size();
    if (early && ++resets == MAX_RESETS) {
      close("too many streams of this connection were reset");
    }
  }

  EventLoopTimers loop() {
    return loop;
  }

  @Override
  public int streams() {
    return open;
  }

  @Override
  public void close(final String reason) {
    if (!closed.isDone()) {
      Futures.ignore(channel.close(true, 0, Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8)));
      end(reason);
    }
  }

  @Override
  public CompletableFuture<String> closed() {
    return closed;
  }

  private void end(final String reason) {
    keepAlive.cancel();
    if (closed.complete(reason)) {
      final List<QuicStream> all = List.copyOf(streams);
      streams.clear();
      open = 0;
      all.forEach(stream -> stream.disconnected(reason));
    }
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event)
      throws Exception {
    if (event instanceof final QuicConnectionCloseEvent close) {
      farewell = Optional.of(describe(close));
    }
    super.userEventTriggered(ctx, event);
  }

  /** What the peer said is shown in logs: cut, and without what could garble them. */
  public static String describe(final QuicConnectionCloseEvent close) {
    final String said = new String(close.reason(), StandardCharsets.UTF_8);
    final String clean = said.replaceAll("[^\\p{Print}]", "?");
    final String words = clean.substring(0, Math.min(clean.length(), MAX_REASON));
    return "the peer closed it (" + close.error() + (words.isEmpty() ? ")" : ": " + words + ")");
  }

  @Override
  public void channelInactive(final ChannelHandlerContext ctx) {
    end(
        channel.isTimedOut()
            ? "the peer did not answer in time"
            : farewell.orElse("the peer closed it"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable failure) {
    close(String.valueOf(failure.getMessage()));
  }
}
