// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is reached through relays (circuit-v2, "Stop Protocol"). */
public final class StopService {
  /** The protocol's name. */
  public static final String ID = "/libp2p/circuit/relay/0.2.0/stop";

  private static final Logger LOG = LoggerFactory.getLogger(StopService.class);

  private final Timers timers;
  private final Predicate<PeerId> relays;
  private final Consumer<Circuit> arrived;

  /**
   * Takes circuits.
   *
   * @param relays tells those that this host has asked for a place
   * @param arrived makes connections of them
   */
  public StopService(
      final Timers timers, final Predicate<PeerId> relays, final Consumer<Circuit> arrived) {
    this.timers = timers;
    this.relays = relays;
    this.arrived = arrived;
  }

  /** Serves one announcement. */
  public void handle(final Stream stream) {
    final MessageStream messages =
        new MessageStream(stream, HopService.MAX_MESSAGE, timers, HopService.PATIENCE);
    Futures.ignore(
        messages
            .next()
            .thenCompose(bytes -> serve(messages, StopMessage.decode(bytes)))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.debug("{} announced nobody: {}", stream, failure.toString());
                    messages.finish(StopMessage.status(RelayStatus.MALFORMED_MESSAGE).encode());
                  }
                }));
  }

  private CompletableFuture<Void> serve(final MessageStream messages, final StopMessage request) {
    final Connection connection = messages.stream().connection();
    final PeerId relay = connection.remotePeer();
    if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT) || !relays.test(relay)) {
      return refuse(messages, RelayStatus.PERMISSION_DENIED);
    }
    if (request.type() != StopMessage.Type.CONNECT) {
      return refuse(messages, RelayStatus.UNEXPECTED_MESSAGE);
    }
    if (request.peer().isEmpty()) {
      return refuse(messages, RelayStatus.MALFORMED_MESSAGE);
    }
    return messages
        .send(StopMessage.status(RelayStatus.OK).encode())
        .thenRun(
            () ->
                arrived.accept(
                    new Circuit(
                        messages.rest(),
                        request.peer().get(),
                        CircuitAddress.through(connection.remoteAddress(), relay),
                        request.limit().filter(CircuitLimit::isLimited))));
  }

  private static CompletableFuture<Void> refuse(
      final MessageStream messages, final RelayStatus status) {
    LOG.debug("Refused what {} announced: {}", messages.stream(), status);
    messages.finish(StopMessage.status(status).encode());
    return CompletableFuture.completedFuture(null);
  }
}
