// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.StreamHandler;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** One end of a connection in memory, on which everything takes a while of virtual time. */
public final class MemoryConnection implements Connection {
  private final VirtualTime time;
  private final Duration latency;
  private final Direction direction;
  private final PublicKey remote;
  private final Multiaddr address;
  private final Map<String, StreamHandler> handlers = new HashMap<>();
  private final List<MemoryStream> streams = new ArrayList<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private Optional<MemoryConnection> other = Optional.empty();

  private MemoryConnection(
      final VirtualTime time,
      final Duration latency,
      final Direction direction,
      final PublicKey remote,
      final Multiaddr address) {
    this.time = time;
    this.latency = latency;
    this.direction = direction;
    this.remote = remote;
    this.address = address;
  }

  /** Both ends: the one that dialled, {@code dialer}, and the other. */
  public record Pair(MemoryConnection dialer, MemoryConnection listener) {}

  /** Connects two peers; each sees the other at {@code address}. */
  public static Pair connect(
      final VirtualTime time,
      final Duration latency,
      final PublicKey dialer,
      final PublicKey listener,
      final Multiaddr address) {
    final MemoryConnection from =
        new MemoryConnection(time, latency, Direction.OUTBOUND, listener, address);
    final MemoryConnection to =
        new MemoryConnection(time, latency, Direction.INBOUND, dialer, address);
    from.other = Optional.of(to);
    to.other = Optional.of(from);
    return new Pair(from, to);
  }

  /** Serves the streams that the other end opens. */
  public void handle(final String protocol, final StreamHandler handler) {
    handlers.put(protocol, handler);
  }

  @Override
  public PeerId remotePeer() {
    return PeerId.of(remote);
  }

  @Override
  public PublicKey remoteKey() {
    return remote;
  }

  @Override
  public Multiaddr remoteAddress() {
    return address;
  }

  @Override
  public Multiaddr localAddress() {
    return address;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public String security() {
    return "/memory";
  }

  @Override
  public String muxer() {
    return "/memory";
  }

  @Override
  public boolean limited() {
    return false;
  }

  @Override
  public int streams() {
    streams.removeIf(stream -> stream.closed().isDone());
    return streams.size();
  }

  @Override
  public CompletableFuture<Stream> openStream(final List<String> protocols) {
    return openStreamEvenIfLimited(protocols);
  }

  @Override
  public CompletableFuture<Stream> openStreamEvenIfLimited(final List<String> protocols) {
    final MemoryConnection there = other.orElseThrow();
    final Optional<String> agreed =
        protocols.stream().filter(there.handlers::containsKey).findFirst();
    if (agreed.isEmpty()) {
      return CompletableFuture.failedFuture(new NegotiationException("None of " + protocols));
    }
    final String protocol = agreed.get();
    final MemoryStream near = new MemoryStream(this, protocol, Direction.OUTBOUND);
    final MemoryStream far = new MemoryStream(there, protocol, Direction.INBOUND);
    near.other = Optional.of(far);
    far.other = Optional.of(near);
    streams.add(near);
    there.streams.add(far);
    final StreamHandler handler = Objects.requireNonNull(there.handlers.get(protocol));
    time.after(latency, () -> handler.handle(far));
    return CompletableFuture.completedFuture(near);
  }

  @Override
  public CompletableFuture<String> close() {
    closed.complete("closed");
    other.orElseThrow().closed.complete("closed");
    List.copyOf(streams).forEach(MemoryStream::reset);
    return closed;
  }

  @Override
  public CompletableFuture<String> closed() {
    return closed;
  }

  private static final class MemoryStream implements Stream {
    private static final byte[] END = new byte[0];

    private final MemoryConnection connection;
    private final String protocol;
    private final Direction direction;
    private final Queue<byte[]> arrived = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Optional<MemoryStream> other = Optional.empty();
    private Optional<CompletableFuture<byte[]>> reader = Optional.empty();
    private boolean ended;
    private boolean finished;
    private boolean broken;

    MemoryStream(
        final MemoryConnection connection, final String protocol, final Direction direction) {
      this.connection = connection;
      this.protocol = protocol;
      this.direction = direction;
    }

    @Override
    public Connection connection() {
      return connection;
    }

    @Override
    public String protocol() {
      return protocol;
    }

    @Override
    public Direction direction() {
      return direction;
    }

    @Override
    public CompletableFuture<byte[]> read() {
      final CompletableFuture<byte[]> read = new CompletableFuture<>();
      reader = Optional.of(read);
      offer();
      return read;
    }

    private void offer() {
      if (reader.isEmpty()) {
        return;
      }
      final CompletableFuture<byte[]> read = reader.get();
      if (broken) {
        reader = Optional.empty();
        read.completeExceptionally(new StreamException("reset"));
      } else if (!arrived.isEmpty()) {
        reader = Optional.empty();
        read.complete(arrived.remove());
      } else if (ended) {
        reader = Optional.empty();
        read.complete(END);
      }
    }

    @Override
    public CompletableFuture<Void> write(final byte[] bytes) {
      if (broken || finished) {
        return CompletableFuture.failedFuture(new StreamException("closed"));
      }
      final MemoryStream there = other.orElseThrow();
      connection.time.after(
          connection.latency,
          () -> {
            there.arrived.add(bytes);
            there.offer();
          });
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> closeWrite() {
      finished = true;
      final MemoryStream there = other.orElseThrow();
      connection.time.after(
          connection.latency,
          () -> {
            there.ended = true;
            there.offer();
            there.settle();
          });
      settle();
      return CompletableFuture.completedFuture(null);
    }

    private void settle() {
      if (ended && finished) {
        closed.complete(null);
      }
    }

    @Override
    public void reset() {
      fail();
      final MemoryStream there = other.orElseThrow();
      connection.time.after(connection.latency, there::fail);
    }

    private void fail() {
      if (!closed.isDone()) {
        broken = true;
        closed.complete(null);
        offer();
      }
    }

    @Override
    public CompletableFuture<Void> closed() {
      return closed;
    }
  }
}
