// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Serve;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The open streams, by number. On the loop only. */
final class Streams {
  private static final int MAX_STREAMS = 2048;
  private static final int MAX_WAIT_MILLIS = 20_000;
  private static final long MAX_HELD = 256L << 20;

  private final Host host;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final Notices notices;
  private final Map<Long, FrameStream> streams = new HashMap<>();
  private long lastNumber;
  private long held;
  private boolean stopped;

  Streams(
      final Host host, final Executor loop, final LongSupplier nanoTime, final Notices notices) {
    this.host = host;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.notices = notices;
  }

  CompletableFuture<OpenedStream> open(final OpenStream request) {
    if (streams.size() >= MAX_STREAMS) {
      return Failures.failed(Code.BUSY, "too many streams are open");
    }
    return host.connect(Addresses.peer(request.peer()), Addresses.parse(request.addresses()))
        .thenCompose(connection -> connection.openStream(List.of(request.protocol())))
        .thenApplyAsync(stream -> take(stream).name(), loop);
  }

  void serve(final Serve request) {
    host.handle(
        request.protocol(), stream -> loop.execute(() -> opened(stream, request.perPeer())));
  }

  CompletableFuture<Received> receive(final Receive request) {
    if (request.waitMillis() < 0 || request.waitMillis() > MAX_WAIT_MILLIS) {
      return Failures.failed(Code.INVALID_REQUEST, "a wait of at most 20 s");
    }
    return with(request.stream(), stream -> stream.receive(request.waitMillis()));
  }

  CompletableFuture<Done> send(final Send request) {
    return with(request.stream(), stream -> stream.send(request.frame()));
  }

  /** Who is at the other end of a stream, if it is open. */
  Optional<String> peer(final long stream) {
    return Optional.ofNullable(streams.get(stream)).map(open -> open.name().peer());
  }

  void close(final CloseStream request) {
    final FrameStream stream = streams.get(request.stream());
    if (stream == null) {
      return;
    }
    switch (request.how()) {
      case WRITTEN -> stream.closeWrite();
      case DONE -> stream.done();
      case RESET -> {
        stream.reset("the stream was reset by this node");
        streams.remove(request.stream());
      }
    }
  }

  void tick() {
    streams.values().forEach(FrameStream::tick);
    streams.values().removeIf(FrameStream::isOver);
  }

  void stop() {
    stopped = true;
    streams.values().forEach(stream -> stream.reset("the node stops"));
    streams.clear();
  }

  private void opened(final Stream stream, final int perPeer) {
    final String peer = stream.connection().remotePeer().toString();
    final long his =
        streams.values().stream()
            .map(FrameStream::name)
            .filter(name -> name.peer().equals(peer) && name.protocol().equals(stream.protocol()))
            .count();
    if (stopped || streams.size() >= MAX_STREAMS || his >= perPeer) {
      stream.reset();
      return;
    }
    notices.opened(take(stream).name());
  }

  private FrameStream take(final Stream stream) {
    if (stopped) {
      stream.reset();
      throw Problem.of(Code.NOT_READY, "the node stops").toException();
    }
    final long number = ++lastNumber;
    final FrameStream taken =
        new FrameStream(
            new OpenedStream(
                number, stream.connection().remotePeer().toString(), stream.protocol()),
            stream,
            loop,
            nanoTime,
            more -> holds(number, more));
    streams.put(number, taken);
    return taken;
  }

  private void holds(final long number, final int more) {
    held += more;
    final FrameStream stream = streams.get(number);
    if (more > 0 && held > MAX_HELD && stream != null) {
      stream.reset("too much waits to be taken");
    }
  }

  private <T> CompletableFuture<T> with(
      final long number, final Function<FrameStream, CompletableFuture<T>> action) {
    final @Nullable FrameStream stream = streams.get(number);
    return stream == null
        ? Failures.failed(Code.STREAM_ENDED, "there is no such stream")
        : action.apply(stream);
  }
}
