// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerStore;
import io.calimero.node.libp2p.internal.async.Futures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which connections there are, and tells of them. Safe for use by several threads. */
final class ConnectionManager implements Transport.Door {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionManager.class);
  private static final int BANNED = -100;

  private final HostConfig config;
  private final PeerStore store;
  private final Predicate<PeerId> kept;
  private final ConnectionTable table;
  private final List<HostListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closing;

  /**
   * Manages the connections of the host of {@code config}.
   *
   * @param kept tells the peers whose connections are not closed for being idle
   */
  ConnectionManager(final HostConfig config, final PeerStore store, final Predicate<PeerId> kept) {
    this.kept = kept;
    this.config = config;
    this.store = store;
    table = new ConnectionTable(config.limits());
  }

  ConnectionTable table() {
    return table;
  }

  void addListener(final HostListener listener) {
    listeners.add(listener);
  }

  void tell(final Consumer<HostListener> event) {
    for (final HostListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (final RuntimeException e) {
        LOG.warn("A listener failed", e);
      }
    }
  }

  @Override
  public void knock(
      final Multiaddr from,
      final Runnable refuse,
      final Supplier<CompletableFuture<P2pConnection>> handshake) {
    if (closing || !config.gate().allows(from, Direction.INBOUND)) {
      refuse.run();
      return;
    }
    final Optional<String> refused = table.beginHandshake(from);
    if (refused.isPresent()) {
      LOG.debug("Refused a connection from {}: {}", from, refused.get());
      refuse.run();
      return;
    }
    Futures.ignore(
        handshake
            .get()
            .whenComplete(
                (connection, failure) -> {
                  table.endHandshake();
                  if (failure != null) {
                    LOG.debug("No connection from {}: {}", from, failure.toString());
                  } else {
                    Futures.ignore(establish(connection));
                  }
                }));
  }

  @Override
  public boolean crowded() {
    return table.handshakes() > config.limits().handshakes() / 2;
  }

  /** Takes in a connection whose peer is proven; it is closed if it may not stay. */
  CompletableFuture<P2pConnection> establish(final P2pConnection connection) {
    final Optional<Refusal> refusal = refusal(connection);
    if (refusal.isPresent()) {
      LOG.debug("{} may not stay: {}", connection, refusal.get().reason());
      Futures.ignore(connection.close(refusal.get().reason()));
      return CompletableFuture.failedFuture(refusal.get().exception(connection));
    }
    tell(listener -> listener.connected(connection));
    Futures.ignore(
        connection
            .closed()
            .thenAccept(
                reason -> {
                  table.remove(connection);
                  LOG.debug("{} has ended: {}", connection, reason);
                  tell(listener -> listener.disconnected(connection, reason));
                }));
    return CompletableFuture.completedFuture(connection);
  }

  /** Why a connection may not stay; a limit may have room again, anything else is meant. */
  private record Refusal(String reason, boolean limit) {
    RuntimeException exception(final Connection connection) {
      final String message = connection + " may not stay: " + reason;
      return limit ? new LimitException(message) : new ConnectionException(message);
    }
  }

  private Optional<Refusal> refusal(final P2pConnection connection) {
    if (closing) {
      return Optional.of(new Refusal("this host is stopping", false));
    }
    if (!config.gate().allows(connection.remotePeer(), connection.direction())) {
      return Optional.of(new Refusal("the gate does not let this peer pass", false));
    }
    if (store.reputation(connection.remotePeer()) <= BANNED) {
      return Optional.of(new Refusal("this peer is banned", false));
    }
    return table.add(connection).map(reason -> new Refusal(reason, true));
  }

  /** Closes connections that nobody has used for long, and those of banned peers. */
  void tidy() {
    final long limit = config.limits().idleTime().toNanos();
    for (final P2pConnection connection : table.all()) {
      if (store.reputation(connection.remotePeer()) <= BANNED) {
        Futures.ignore(connection.close("this peer is banned"));
      } else if (!kept.test(connection.remotePeer())) {
        connection
            .loop()
            .execute(
                () -> {
                  if (connection.idle() > limit) {
                    Futures.ignore(connection.close("nobody uses it"));
                  }
                });
      }
    }
  }

  /** Ends every connection, and lets no other begin. */
  CompletableFuture<Void> close() {
    closing = true;
    return CompletableFuture.allOf(
        table.all().stream()
            .map(connection -> connection.close("this host is stopping"))
            .toArray(CompletableFuture<?>[]::new));
  }
}
