// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.dcutr;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.HolePunchParams;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.autonat.Ips;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.protocols.Quota;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces relayed connections by direct ones. Whoever was dialled through the relay begins: it
 * tries to dial the other, and if that fails both dial at once. For what runs on a connection that
 * both have dialled, the one that had dialled through the relay is the client, and the one that
 * begins here is the server.
 *
 * <p>Its state lives on one thread.
 */
public final class Dcutr implements HostListener {
  /** The protocol's name. */
  public static final String ID = "/libp2p/dcutr";

  private static final Logger LOG = LoggerFactory.getLogger(Dcutr.class);
  private static final int MAX_MESSAGE = 4096;
  private static final int MAX_ADDRESSES = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /** How many times in a minute a peer, and all of them, may let this host dial. */
  private static final int DIALS_PER_PEER = 6;

  private static final int DIALS = 120;

  private final HolePunchParams params;
  private final Timers timers;
  private final Executor thread;
  private final Supplier<List<Multiaddr>> own;
  private final Dial dial;
  private final Function<PeerId, Optional<Connection>> direct;
  private final Quota quota;
  private final Map<PeerId, Wait> waiting = new HashMap<>();

  /** Makes a new connection, whatever there is already. */
  @FunctionalInterface
  public interface Dial {
    /**
     * Dials {@code peer} at the first of {@code addresses} that answers.
     *
     * @param role {@link Direction#INBOUND} to be the server on it nevertheless
     */
    CompletableFuture<? extends Connection> to(
        PeerId peer, List<Multiaddr> addresses, Direction role);
  }

  private record Wait(CompletableFuture<Connection> direct, Timers.Timer deadline) {}

  /**
   * Replaces connections.
   *
   * @param thread of the timers
   * @param own where this host may be dialled
   * @param direct the connection to a peer that leads through no relay
   */
  public Dcutr(
      final HolePunchParams params,
      final Timers timers,
      final Executor thread,
      final Supplier<List<Multiaddr>> own,
      final Dial dial,
      final Function<PeerId, Optional<Connection>> direct) {
    this.params = params;
    this.timers = timers;
    this.thread = thread;
    this.own = own;
    this.dial = dial;
    this.direct = direct;
    quota = new Quota(DIALS_PER_PEER, DIALS, Duration.ofMinutes(1), timers::nanoTime);
  }

  private static boolean relayed(final Connection connection) {
    return connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT);
  }

  @Override
  public void connected(final Connection connection) {
    if (!relayed(connection)) {
      thread.execute(
          () -> {
            final Wait wait = waiting.remove(connection.remotePeer());
            if (wait != null) {
              wait.deadline.cancel();
              wait.direct.complete(connection);
            }
          });
    }
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    if (relayed(connection)
        && connection.direction() == Direction.INBOUND
        && info.protocols().contains(ID)) {
      thread.execute(() -> begin(connection, info));
    }
  }

  /** Where a peer may be dialled, of what it says. */
  private List<Multiaddr> usable(final List<Multiaddr> said) {
    return said.stream()
        .filter(address -> !address.has(AddressProtocol.P2P_CIRCUIT))
        .filter(
            address ->
                params.privateAddresses() ? Ips.of(address).isPresent() : Ips.isPublic(address))
        .map(Multiaddr::withoutPeer)
        .distinct()
        .limit(MAX_ADDRESSES)
        .toList();
  }

  private void begin(final Connection connection, final PeerInfo info) {
    final PeerId peer = connection.remotePeer();
    if (waiting.containsKey(peer) || direct.apply(peer).isPresent() || !quota.take(peer)) {
      return;
    }
    final List<Multiaddr> addresses = usable(info.listenAddresses());
    final CompletableFuture<Connection> alone = await(peer);
    if (addresses.isEmpty()) {
      giveUp(peer, "it says no address");
    } else {
      dial(peer, addresses, Direction.OUTBOUND);
    }
    Futures.ignore(
        alone
            .exceptionallyCompose(failure -> together(connection))
            .whenComplete((better, failure) -> ended(connection, failure)));
  }

  private void ended(final Connection connection, final Throwable failure) {
    if (failure == null) {
      LOG.debug("The {} is replaced by a direct one", connection);
      thread.execute(() -> drain(connection, timers.nanoTime()));
    } else {
      LOG.debug("The {} stays: {}", connection, failure.toString());
    }
  }

  /** Completes when there is a direct connection to {@code peer}; fails if that takes too long. */
  private CompletableFuture<Connection> await(final PeerId peer) {
    final CompletableFuture<Connection> found = new CompletableFuture<>();
    final Timers.Timer deadline =
        timers.after(params.dialTime(), () -> giveUp(peer, "it took too long"));
    final Wait before = waiting.put(peer, new Wait(found, deadline));
    if (before != null) {
      before.deadline.cancel();
      before.direct.completeExceptionally(new ConnectionException("Another attempt has begun"));
    }
    return found;
  }

  private void giveUp(final PeerId peer, final String reason) {
    final Wait wait = waiting.remove(peer);
    if (wait != null) {
      wait.deadline.cancel();
      wait.direct.completeExceptionally(
          new ConnectionException("No direct connection to " + peer + ": " + reason));
    }
  }

  private void dial(final PeerId peer, final List<Multiaddr> addresses, final Direction role) {
    final Wait mine = waiting.get(peer);
    Futures.ignore(
        dial.to(peer, addresses, role)
            .whenComplete(
                (connection, failure) -> {
                  // The other side's dial may still succeed where this one's did not.
                  if (failure != null && role == Direction.OUTBOUND && mine != null) {
                    thread.execute(
                        () -> {
                          if (mine.equals(waiting.get(peer))) {
                            giveUp(peer, String.valueOf(Futures.cause(failure).getMessage()));
                          }
                        });
                  }
                }));
  }

  /** Both dial at once: this side of it, which the specification calls B. */
  private CompletableFuture<Connection> together(final Connection relayed) {
    return relayed
        .openStreamEvenIfLimited(List.of(ID))
        .thenCompose(
            stream -> {
              final MessageStream messages =
                  new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
              return attempt(messages, params.attempts())
                  .whenComplete(
                      (ok, failure) -> {
                        if (failure == null) {
                          messages.finish();
                        } else {
                          stream.reset();
                        }
                      });
            });
  }

  private CompletableFuture<Connection> attempt(final MessageStream messages, final int left) {
    final PeerId peer = messages.stream().connection().remotePeer();
    final long start = timers.nanoTime();
    return messages
        .ask(new HolePunch(HolePunch.Type.CONNECT, usable(own.get())).encode())
        .thenCompose(
            bytes -> {
              final HolePunch answer = expect(HolePunch.Type.CONNECT, bytes);
              final Duration halfTrip = Duration.ofNanos((timers.nanoTime() - start) / 2);
              return messages
                  .send(new HolePunch(HolePunch.Type.SYNC, List.of()).encode())
                  .thenCompose(sent -> dialAfter(halfTrip, peer, usable(answer.addresses())));
            })
        .exceptionallyCompose(
            failure ->
                Futures.cause(failure) instanceof ConnectionException && left > 1
                    ? attempt(messages, left - 1)
                    : CompletableFuture.failedFuture(Futures.cause(failure)));
  }

  private CompletableFuture<Connection> dialAfter(
      final Duration pause, final PeerId peer, final List<Multiaddr> addresses) {
    final CompletableFuture<Connection> found = new CompletableFuture<>();
    thread.execute(
        () -> {
          final Optional<Connection> already = direct.apply(peer);
          if (already.isPresent()) {
            found.complete(already.get());
            return;
          }
          Futures.ignore(
              await(peer)
                  .whenComplete(
                      (connection, failure) -> {
                        if (failure == null) {
                          found.complete(connection);
                        } else {
                          found.completeExceptionally(failure);
                        }
                      }));
          timers.after(
              pause,
              () -> {
                if (!found.isDone() && !addresses.isEmpty()) {
                  dial(peer, addresses, Direction.INBOUND);
                }
              });
        });
    return found;
  }

  /** Both dial at once: the other side of it, which the specification calls A. */
  public void handle(final Stream stream) {
    final Connection connection = stream.connection();
    if (!relayed(connection)) {
      stream.reset();
      return;
    }
    final MessageStream messages = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
    thread.execute(() -> answer(messages, params.attempts()));
  }

  private void answer(final MessageStream messages, final int left) {
    final PeerId peer = messages.stream().connection().remotePeer();
    Futures.ignore(
        messages
            .next()
            .thenCompose(
                bytes -> {
                  final HolePunch request = expect(HolePunch.Type.CONNECT, bytes);
                  if (left == 0 || !quota.take(peer)) {
                    throw new LimitException("Too many attempts");
                  }
                  final byte[] mine =
                      new HolePunch(HolePunch.Type.CONNECT, usable(own.get())).encode();
                  return messages
                      .ask(mine)
                      .thenAccept(
                          sync -> {
                            expect(HolePunch.Type.SYNC, sync);
                            thread.execute(() -> now(messages, usable(request.addresses())));
                          });
                })
            .whenComplete(
                (ok, failure) -> {
                  if (failure == null) {
                    // The next round begins with a new request, if there is one.
                    thread.execute(() -> answer(messages, left - 1));
                  } else if (direct.apply(peer).isPresent()) {
                    messages.finish();
                  } else {
                    LOG.debug("{} ends: {}", messages.stream(), failure.toString());
                    messages.stream().reset();
                  }
                }));
  }

  private void now(final MessageStream messages, final List<Multiaddr> addresses) {
    final Connection connection = messages.stream().connection();
    final PeerId peer = connection.remotePeer();
    if (direct.apply(peer).isPresent() || addresses.isEmpty()) {
      return;
    }
    Futures.ignore(await(peer).whenComplete((better, failure) -> ended(connection, failure)));
    dial(peer, addresses, Direction.OUTBOUND);
  }

  private static HolePunch expect(final HolePunch.Type type, final byte[] bytes) {
    final HolePunch message = HolePunch.decode(bytes);
    if (message.type() != type) {
      throw new MalformedException("HolePunch: " + message.type() + " instead of " + type);
    }
    return message;
  }

  /** Lets streams end that are under way; not for ever. */
  private void drain(final Connection relayed, final long since) {
    if (relayed.closed().isDone()) {
      return;
    }
    if (relayed.streams() == 0 || timers.nanoTime() - since >= params.grace().toNanos()) {
      Futures.ignore(relayed.close());
    } else {
      timers.after(LOOK_AGAIN, () -> drain(relayed, since));
    }
  }
}
