// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.protocols.Quota;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Relays for others (circuit-v2, "Hop Protocol"). */
public final class HopService implements HostListener {
  /** The protocol's name. */
  public static final String ID = "/libp2p/circuit/relay/0.2.0/hop";

  static final int MAX_MESSAGE = 4096;
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(HopService.class);

  /** So often the quota of one peer is granted to all of them together. */
  private static final int PEERS_A_MINUTE = 64;

  private final PrivateKey key;
  private final RelayLimits limits;
  private final InstantSource clock;
  private final Timers timers;
  private final Supplier<List<Multiaddr>> addresses;
  private final Function<PeerId, Optional<Connection>> direct;
  private final HopTable table;
  private final Quota quota;

  /**
   * A relay with the identity of {@code key}.
   *
   * @param addresses where it can be reached
   * @param direct the connection to a peer that leads through no relay
   */
  public HopService(
      final PrivateKey key,
      final RelayLimits limits,
      final InstantSource clock,
      final Timers timers,
      final Supplier<List<Multiaddr>> addresses,
      final Function<PeerId, Optional<Connection>> direct) {
    this.key = key;
    this.limits = limits;
    this.clock = clock;
    this.timers = timers;
    this.addresses = addresses;
    this.direct = direct;
    table = new HopTable(limits);
    final int each = limits.requestsPerMinute();
    quota = new Quota(each, each * PEERS_A_MINUTE, Duration.ofMinutes(1), timers::nanoTime);
  }

  /** Whether {@code peer} has a place here, so that its connection is worth keeping. */
  public boolean serves(final PeerId peer) {
    return table.has(peer, clock.instant());
  }

  /** How many circuits there are. */
  public int circuits() {
    return table.circuits();
  }

  /** How many peers have a place. */
  public int reservations() {
    return table.places();
  }

  @Override
  public void disconnected(final Connection connection, final String reason) {
    if (direct.apply(connection.remotePeer()).isEmpty()) {
      table.forget(connection.remotePeer());
    }
  }

  /** Serves one request. */
  public void handle(final Stream stream) {
    final MessageStream messages = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
    Futures.ignore(
        messages
            .next()
            .thenCompose(bytes -> serve(messages, HopMessage.decode(bytes)))
            .whenComplete((done, failure) -> ended(messages, failure)));
  }

  private static void ended(final MessageStream messages, final Throwable failure) {
    if (failure == null) {
      return;
    }
    LOG.debug("{} asked in vain: {}", messages.stream(), failure.toString());
    if (Futures.cause(failure) instanceof MalformedException) {
      messages.finish(HopMessage.status(RelayStatus.MALFORMED_MESSAGE).encode());
    } else {
      messages.stream().reset();
    }
  }

  private CompletableFuture<Void> serve(final MessageStream messages, final HopMessage request) {
    final Connection connection = messages.stream().connection();
    if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)) {
      return refuse(messages, RelayStatus.PERMISSION_DENIED);
    }
    if (!quota.take(connection.remotePeer())) {
      return refuse(messages, RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    }
    return switch (request.type()) {
      case RESERVE -> reserve(messages, connection);
      case CONNECT -> connect(messages, connection.remotePeer(), request.peer());
      case STATUS -> refuse(messages, RelayStatus.UNEXPECTED_MESSAGE);
    };
  }

  private static CompletableFuture<Void> refuse(
      final MessageStream messages, final RelayStatus status) {
    LOG.debug("Refused what {} asked for: {}", messages.stream(), status);
    messages.finish(HopMessage.status(status).encode());
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> reserve(
      final MessageStream messages, final Connection connection) {
    final PeerId peer = connection.remotePeer();
    final Multiaddr at = connection.remoteAddress();
    final String ip =
        at.value(AddressProtocol.IP4).or(() -> at.value(AddressProtocol.IP6)).orElse("");
    final Optional<Instant> expires = table.reserve(peer, ip, clock.instant());
    if (expires.isEmpty()) {
      return refuse(messages, RelayStatus.RESERVATION_REFUSED);
    }
    final byte[] voucher = new Voucher(key.peerId(), peer, expires.get()).seal(key);
    final List<Multiaddr> mine =
        addresses.get().stream()
            .filter(address -> !address.has(AddressProtocol.P2P_CIRCUIT))
            .map(address -> address.withPeer(key.peerId()))
            .toList();
    final HopMessage granted =
        new HopMessage(
            HopMessage.Type.STATUS,
            Optional.empty(),
            Optional.of(new Reservation(expires.get(), mine, ByteString.copyFrom(voucher))),
            Optional.of(limit()),
            RelayStatus.OK);
    messages.finish(granted.encode());
    return CompletableFuture.completedFuture(null);
  }

  private CircuitLimit limit() {
    return new CircuitLimit(limits.circuitTime(), limits.circuitBytes());
  }

  private CompletableFuture<Void> connect(
      final MessageStream messages, final PeerId source, final Optional<PeerId> wanted) {
    if (wanted.isEmpty()) {
      return refuse(messages, RelayStatus.MALFORMED_MESSAGE);
    }
    final PeerId target = wanted.get();
    final Optional<Connection> connection = direct.apply(target);
    if (target.equals(source) || connection.isEmpty() || !serves(target)) {
      return refuse(messages, RelayStatus.NO_RESERVATION);
    }
    if (!table.open(source, target)) {
      return refuse(messages, RelayStatus.RESOURCE_LIMIT_EXCEEDED);
    }
    return stop(connection.get(), source)
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              LOG.debug("No circuit from {} to {}: {}", source, target, failure.toString());
              return Optional.empty();
            })
        .thenCompose(
            onward -> {
              if (onward.isPresent()) {
                return splice(messages, onward.get(), () -> table.close(source, target));
              }
              table.close(source, target);
              return refuse(messages, RelayStatus.CONNECTION_FAILED);
            });
  }

  /** Announces {@code source} to the peer of {@code connection}. */
  private CompletableFuture<MessageStream> stop(final Connection connection, final PeerId source) {
    return connection
        .openStream(List.of(StopService.ID))
        .thenCompose(
            stream -> {
              final MessageStream onward = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
              return onward
                  .ask(StopMessage.connect(source, limit()).encode())
                  .thenApply(
                      bytes -> {
                        final StopMessage answer = StopMessage.decode(bytes);
                        if (answer.type() != StopMessage.Type.STATUS
                            || answer.status() != RelayStatus.OK) {
                          throw new MalformedException("It answered " + answer.status());
                        }
                        return onward;
                      })
                  .whenComplete(
                      (ok, failure) -> {
                        if (failure != null) {
                          stream.reset();
                        }
                      });
            });
  }

  private CompletableFuture<Void> splice(
      final MessageStream messages, final MessageStream onward, final Runnable ended) {
    final HopMessage open =
        new HopMessage(
            HopMessage.Type.STATUS,
            Optional.empty(),
            Optional.empty(),
            Optional.of(limit()),
            RelayStatus.OK);
    final CompletableFuture<Void> sent = messages.send(open.encode());
    final Splice splice = new Splice(messages.rest(), onward.rest(), limit(), timers, ended);
    return sent.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            splice.cut();
          }
        });
  }
}
