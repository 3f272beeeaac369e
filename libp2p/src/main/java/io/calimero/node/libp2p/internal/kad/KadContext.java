// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * What the parts of a router share.
 *
 * @param self this host
 * @param params the parameters
 * @param timers the time
 * @param clock the time of day
 * @param random the choices
 * @param transport the way to peers
 * @param table the peers to ask
 * @param validators who judges values
 */
record KadContext(
    PeerId self,
    KadParams params,
    Timers timers,
    InstantSource clock,
    RandomGenerator random,
    KadTransport transport,
    RoutingTable table,
    Validators validators) {

  long now() {
    return timers.nanoTime();
  }

  /** The peers of the table that are nearest to {@code target}, with their addresses. */
  List<PeerAddresses> closest(final KadKey target) {
    return table.closest(target, params.replication()).stream().map(this::where).toList();
  }

  PeerAddresses where(final PeerId peer) {
    return new PeerAddresses(peer, transport.addresses(peer));
  }

  /** Takes note that {@code peer} is there and serves; checks on another one if it needs room. */
  void heard(final PeerId peer) {
    table.heard(peer, now()).ifPresent(this::check);
  }

  /** Asks {@code peer} for a sign of life, which decides whether it keeps its place. */
  void check(final PeerId peer) {
    Futures.ignore(
        timed(transport.ask(where(peer), KadMessage.findNode(self)))
            .whenComplete((answer, failure) -> table.checked(peer, failure == null, now())));
  }

  /** Asks {@code peer} and takes note of whether it answers. */
  CompletableFuture<KadMessage> ask(final PeerAddresses peer, final KadMessage request) {
    return timed(transport.ask(peer, request))
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                heard(peer.peer());
              } else {
                table.failed(peer.peer());
              }
            });
  }

  /** Fails {@code answer} when it takes too long. */
  <T> CompletableFuture<T> timed(final CompletableFuture<T> answer) {
    final Timers.Timer limit =
        timers.after(
            params.requestTime(),
            () ->
                answer.completeExceptionally(
                    new StreamException("No answer within " + params.requestTime())));
    return answer.whenComplete((got, failure) -> limit.cancel());
  }
}
