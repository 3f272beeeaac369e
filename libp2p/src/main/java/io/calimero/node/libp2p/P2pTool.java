// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.kad.PeerLister;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A look at a foreign node, by a host of its own with a new identity that listens nowhere. Every
 * method blocks until there is an answer, and fails with {@link Libp2pException} if none came
 * within the patience. For one thread.
 */
public final class P2pTool implements AutoCloseable {
  /** What many nodes serve to be tried with. */
  public static final String ECHO = "/test/echo/1.0.0";

  private final Host host;
  private final Connection connection;
  private final Told told;
  private final Duration patience;

  private P2pTool(
      final Host host, final Connection connection, final Told told, final Duration patience) {
    this.host = host;
    this.connection = connection;
    this.told = told;
    this.patience = patience;
  }

  /**
   * What came back from an echo.
   *
   * @param bytes how many
   * @param same whether they are those that were sent
   * @param took how long it took
   */
  public record Echo(int bytes, boolean same, Duration took) {}

  /**
   * Connects to the node at {@code address}; without its peer at the end whoever answers will do.
   */
  public static P2pTool connect(final Multiaddr address, final Duration patience) {
    final Host host = new HostBuilder(PrivateKey.generate(new SecureRandom())).threads(1).build();
    final Told told = new Told();
    host.addListener(told);
    try {
      await(host.start(), patience);
      return new P2pTool(host, await(host.connect(address), patience), told, patience);
    } catch (final Libp2pException e) {
      stop(host);
      throw e;
    }
  }

  /** The connection to the node. */
  public Connection connection() {
    return connection;
  }

  /** How long one round trip takes. */
  public Duration ping() {
    return await(host.ping(connection.remotePeer()), patience);
  }

  /** What the node says of itself. */
  public PeerInfo info() {
    return await(told.info, patience);
  }

  /** Sends {@code count} bytes to an echo that is served under {@code protocol}. */
  public Echo echo(final String protocol, final int count) {
    final Stream stream = await(connection.openStream(List.of(protocol)), patience);
    final byte[] sent = new byte[count];
    new SecureRandom().nextBytes(sent);
    final long start = System.nanoTime();
    final CompletableFuture<Void> written =
        stream.write(sent).thenCompose(done -> stream.closeWrite());
    int at = 0;
    boolean same = true;
    // What is too much ends it too, or a node that sends without end would never be done with.
    for (byte[] next = await(stream.read(), patience);
        next.length > 0 && at <= count;
        next = await(stream.read(), patience)) {
      for (final byte one : next) {
        same &= at < sent.length && one == sent[at];
        at++;
      }
    }
    if (at > count) {
      stream.reset();
    } else {
      await(written, patience);
    }
    return new Echo(at, same && at == count, Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * The peers in the node's table of {@code protocol}, as far as it tells: it is asked for those
   * nearest to itself and to some random places (kad-dht specification, FIND_NODE). What it says of
   * others is not checked.
   *
   * @return fails with {@link NegotiationException} if the node serves no such table
   */
  public List<PeerAddresses> peers(final String protocol) {
    return await(PeerLister.list(connection, protocol, new SecureRandom()), patience);
  }

  @Override
  public void close() {
    stop(host);
  }

  private static void stop(final Host host) {
    try {
      await(host.stop(), Duration.ofSeconds(15));
    } catch (final Libp2pException e) {
      // Its threads are those of a daemon; there is nothing left to be done about it.
      Futures.ignore(host.stop());
    }
  }

  private static <T> T await(final CompletableFuture<T> future, final Duration patience) {
    try {
      return future.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (final CompletionException e) {
      final Throwable cause = Futures.cause(e);
      if (cause instanceof final Libp2pException known) {
        throw known;
      }
      throw new Libp2pException(
          cause instanceof TimeoutException
              ? "The node does not answer within " + patience.toSeconds() + " s"
              : cause.toString(),
          cause);
    }
  }

  /** Waits for what the node says of itself. */
  private static final class Told implements HostListener {
    private final CompletableFuture<PeerInfo> info = new CompletableFuture<>();

    @Override
    public void identified(final Connection connection, final PeerInfo info) {
      this.info.complete(info);
    }
  }
}
