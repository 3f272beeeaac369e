// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** Asks relays for a place, and for a way to others (circuit-v2, "Hop Protocol"). */
public final class RelayClient {
  private static final int MAX_ADDRESSES = 8;

  private final PeerId self;
  private final InstantSource clock;
  private final Timers timers;

  /** Asks for {@code self}. */
  public RelayClient(final PeerId self, final InstantSource clock, final Timers timers) {
    this.self = self;
    this.clock = clock;
    this.timers = timers;
  }

  /**
   * A place that is held.
   *
   * @param addresses where this host can be reached now, without its id
   * @param expires until when
   */
  public record Place(List<Multiaddr> addresses, Instant expires) {}

  /**
   * Asks the peer of {@code connection} for a place.
   *
   * @return fails with {@link ConnectionException} or {@link LimitException} if it is refused, with
   *     {@link AuthenticationException} or {@link MalformedException} if what it grants cannot be
   */
  public CompletableFuture<Place> reserve(final Connection connection) {
    return ask(
        connection,
        HopMessage.reserve(),
        (messages, answer) -> {
          messages.finish();
          return place(connection, answer);
        });
  }

  /**
   * Asks the peer of {@code connection} for a way to {@code target}.
   *
   * @return fails with {@link ConnectionException} or {@link LimitException} if there is none
   */
  public CompletableFuture<Circuit> connect(final Connection connection, final PeerId target) {
    return ask(
        connection,
        HopMessage.connect(target),
        (messages, answer) ->
            new Circuit(
                messages.rest(),
                target,
                CircuitAddress.through(connection.remoteAddress(), connection.remotePeer()),
                answer.limit().filter(CircuitLimit::isLimited)));
  }

  private <T> CompletableFuture<T> ask(
      final Connection connection, final HopMessage request, final Granted<T> granted) {
    return connection
        .openStream(List.of(HopService.ID))
        .thenCompose(
            stream -> {
              final MessageStream messages =
                  new MessageStream(stream, HopService.MAX_MESSAGE, timers, HopService.PATIENCE);
              return messages
                  .ask(request.encode())
                  .thenApply(
                      bytes -> granted.take(messages, check(connection, HopMessage.decode(bytes))))
                  .whenComplete(
                      (ok, failure) -> {
                        if (failure != null) {
                          stream.reset();
                        }
                      });
            });
  }

  @FunctionalInterface
  private interface Granted<T> {
    T take(MessageStream messages, HopMessage answer);
  }

  private static HopMessage check(final Connection connection, final HopMessage answer) {
    final String relay = "The relay " + connection.remotePeer();
    if (answer.type() != HopMessage.Type.STATUS) {
      throw new MalformedException(relay + " answered with another request");
    }
    return switch (answer.status()) {
      case OK -> answer;
      case RESOURCE_LIMIT_EXCEEDED, RESERVATION_REFUSED ->
          throw new LimitException(relay + " refused: " + answer.status());
      default -> throw new ConnectionException(relay + " refused: " + answer.status());
    };
  }

  private Place place(final Connection connection, final HopMessage answer) {
    final PeerId relay = connection.remotePeer();
    final Reservation granted =
        answer
            .reservation()
            .orElseThrow(() -> new MalformedException("The relay " + relay + " granted nothing"));
    final Instant now = clock.instant();
    if (!granted.expires().isAfter(now)) {
      throw new MalformedException("The relay " + relay + " grants what has expired already");
    }
    if (!granted.voucher().isEmpty()) {
      final Voucher voucher = Voucher.open(granted.voucher().toByteArray());
      if (!voucher.relay().equals(relay) || !voucher.peer().equals(self)) {
        throw new AuthenticationException("The relay " + relay + " vouches for something else");
      }
      if (!voucher.expires().equals(granted.expires())) {
        throw new AuthenticationException("The relay " + relay + " vouches for another time");
      }
    }
    return new Place(addresses(connection, granted), granted.expires());
  }

  /** Where it was reached works; what else it says of itself, and of nobody else, may. */
  private static List<Multiaddr> addresses(final Connection connection, final Reservation granted) {
    final PeerId relay = connection.remotePeer();
    final Function<Multiaddr, Multiaddr> through =
        address -> CircuitAddress.through(address.withoutPeer(), relay);
    return Stream.concat(
            Stream.of(connection.remoteAddress()),
            granted.addresses().stream()
                .filter(address -> address.peer().filter(relay::equals).isPresent())
                .filter(address -> !address.has(AddressProtocol.P2P_CIRCUIT)))
        .map(through)
        .distinct()
        .limit(MAX_ADDRESSES)
        .toList();
  }
}
