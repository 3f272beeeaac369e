// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Dht;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Kademlia over a host: a router on a thread of its own. */
public final class HostKad implements Dht, HostListener {
  private final Host host;
  private final KadParams params;
  private final DefaultEventExecutor thread =
      new DefaultEventExecutor(new DefaultThreadFactory("libp2p-kad", true));
  private final EventLoopTimers loop = new EventLoopTimers(thread);
  private final KadRouter router;
  private final KadStreams streams;
  private final List<Timers.Timer> timers = new ArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /** Kademlia over {@code host}, not started. */
  public HostKad(
      final Host host,
      final KadParams params,
      final SecureRandom random,
      final InstantSource clock) {
    this.host = host;
    this.params = params;
    router =
        new KadRouter(
            host.id(), params, loop, clock, random, new HostTransport(host, params, loop));
    streams = new KadStreams(router, params, loop);
  }

  /** Begins. */
  public void start() {
    loop.execute(() -> timers.addAll(router.start()));
    host.addListener(this);
    if (params.server()) {
      host.handle(params.protocol(), streams::serve);
    }
    for (final Connection connection : host.connections()) {
      host.peers().info(connection.remotePeer()).ifPresent(info -> identified(connection, info));
    }
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    final PeerId peer = connection.remotePeer();
    final boolean serves = info.protocols().contains(params.protocol());
    loop.execute(
        () -> {
          if (stopping.get()) {
            return;
          }
          if (serves) {
            router.serves(peer);
          } else {
            router.servesNot(peer);
          }
        });
  }

  private <T> CompletableFuture<T> ask(final Supplier<CompletableFuture<T>> question) {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          if (stopping.get()) {
            answer.completeExceptionally(new IllegalStateException("Kademlia has been stopped"));
            return;
          }
          try {
            HostTransport.forward(question.get(), answer);
          } catch (final RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private <T> CompletableFuture<T> look(final Supplier<T> question) {
    return ask(() -> CompletableFuture.completedFuture(question.get()));
  }

  @Override
  public CompletableFuture<Optional<PeerAddresses>> findPeer(final PeerId peer) {
    return ask(() -> router.findPeer(peer));
  }

  @Override
  public CompletableFuture<List<PeerAddresses>> findProviders(final byte[] key, final int limit) {
    final ByteString copy = ByteString.copyFrom(key);
    return ask(() -> router.findProviders(copy, limit));
  }

  @Override
  public CompletableFuture<Integer> advertise(final byte[] key) {
    final ByteString copy = ByteString.copyFrom(key);
    return ask(() -> router.advertise(copy));
  }

  @Override
  public CompletableFuture<Void> withdraw(final byte[] key) {
    final ByteString copy = ByteString.copyFrom(key);
    return look(() -> {
          router.withdraw(copy);
          return true;
        })
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Integer> bootstrap() {
    return ask(router::bootstrap);
  }

  @Override
  public CompletableFuture<List<PeerAddresses>> table() {
    return look(router::table);
  }

  @Override
  public CompletableFuture<List<PeerAddresses>> closest(final byte[] key) {
    final ByteString copy = ByteString.copyFrom(key);
    return ask(() -> router.closest(copy));
  }

  @Override
  public CompletableFuture<Integer> put(final byte[] key, final byte[] value) {
    final ByteString keyCopy = ByteString.copyFrom(key);
    final ByteString valueCopy = ByteString.copyFrom(value);
    return ask(() -> router.put(keyCopy, valueCopy));
  }

  @Override
  public CompletableFuture<Optional<byte[]>> get(final byte[] key) {
    final ByteString copy = ByteString.copyFrom(key);
    return ask(() -> router.get(copy)).thenApply(found -> found.map(ByteString::toByteArray));
  }

  @Override
  public CompletableFuture<Void> serve(final boolean server) {
    if (stopping.get()) {
      return CompletableFuture.failedFuture(new IllegalStateException("Kademlia has been stopped"));
    }
    if (server) {
      host.handle(params.protocol(), streams::serve);
    } else {
      host.unhandle(params.protocol());
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      host.unhandle(params.protocol());
      loop.execute(
          () -> {
            timers.forEach(Timers.Timer::cancel);
            streams.close();
            Futures.ignore(
                thread
                    .shutdownGracefully(0, 5, TimeUnit.SECONDS)
                    .addListener(done -> stopped.complete(null)));
          });
    }
    return stopped;
  }
}
