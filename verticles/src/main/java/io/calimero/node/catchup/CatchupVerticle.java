// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup;

import io.calimero.node.catchup.internal.CatchupCore;
import io.calimero.node.catchup.internal.Commands;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.EventTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.peers.PeerMessage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Sees to having what other members have.
 *
 * <p>Answers {@code CONTEXT_FETCH}, {@code CONTEXT_KNOCK}, {@code CONTEXT_COMPARE}, {@code
 * CONTEXT_HAS_MET}, {@code BLOB_FETCH}, {@code TRANSACTION_SUBMIT} and {@code CHANGE_SUBMIT};
 * listens to {@code STREAM_OPENED}, {@code GOSSIP_RECEIVED}, {@code PEER_JOINED}, {@code
 * PEER_LEFT}, {@code COMMITTED}, {@code CONTEXT_CREATED} and {@code CONTEXT_GONE}; asks network and
 * context. To be deployed once per node, on an event loop, after those two.
 */
public final class CatchupVerticle extends VerticleBase {
  /** How many entries are far when nothing else is said. */
  public static final long FAR = CatchupCore.FAR;

  private static final long TICK_MILLIS = 1_000;
  private static final long EXPECTED_MILLIS = 250;
  private final SecureRandom random;
  private final long far;
  private final Duration headsEvery;
  private volatile Map<Phase, Long> lag = Map.of();

  /**
   * A catchup verticle.
   *
   * @param random the source of nonces
   * @param far how many entries are so many that the state at a checkpoint is fetched instead
   * @param headsEvery how often others are told where the logs end
   */
  public CatchupVerticle(final SecureRandom random, final long far, final Duration headsEvery) {
    this.random = random;
    this.headsEvery = headsEvery;
    this.far = far;
  }

  @Override
  public Future<?> start() {
    final Bus bus = Bus.of(vertx);
    return bus.request(Topics.NETWORK_STATUS, new GetStatus())
        .compose(
            network -> {
              final CatchupCore core =
                  new CatchupCore(
                      new OnTheBus(bus), this::nonce, network.peer(), System::nanoTime, far);
              listen(bus, core);
              network.peers().forEach(peer -> core.joined(peer.id()));
              vertx.setPeriodic(
                  TICK_MILLIS,
                  _ -> {
                    core.tick();
                    lag = core.lag();
                  });
              vertx.setPeriodic(EXPECTED_MILLIS, _ -> core.lookForExpected());
              vertx.setPeriodic(headsEvery.toMillis(), _ -> core.announceHeads());
              return Future.fromCompletionStage(core.start(), context);
            });
  }

  /**
   * How many entries are known to be missing on this node, by what is being done about it, as of
   * the last second. From any thread.
   */
  public Map<Phase, Long> lag() {
    return lag;
  }

  private void listen(final Bus bus, final CatchupCore core) {
    answer(bus, Topics.CONTEXT_FETCH, core::fetch);
    answer(bus, Topics.BLOB_FETCH, core::fetchBlob);
    answer(bus, Topics.SYNC_STATUS, core::status);
    answer(bus, Topics.SYNC_START, core::sync);
    answer(bus, Topics.TRANSACTION_SUBMIT, core::submit);
    answer(bus, Topics.CHANGE_SUBMIT, core::change);
    answer(bus, Topics.CONTEXT_KNOCK, core::knock);
    answer(bus, Topics.CONTEXT_HAS_MET, core::hasMet);
    answer(bus, Topics.CONTEXT_COMPARE, core::compare);
    bus.subscribe(Topics.STREAM_OPENED, core::opened);
    bus.subscribe(Topics.GOSSIP_RECEIVED, core::gossip);
    bus.subscribe(Topics.PEER_JOINED, notice -> core.joined(notice.peer()));
    bus.subscribe(Topics.PEER_LEFT, notice -> core.left(notice.peer()));
    bus.subscribe(Topics.COMMITTED, core::committed);
    bus.subscribe(Topics.CONTEXT_CREATED, notice -> core.take(notice.context()));
    bus.subscribe(Topics.CONTEXT_GONE, notice -> core.gone(notice.context()));
  }

  private static <Q, R> void answer(
      final Bus bus,
      final CommandTopic<Q, R> topic,
      final Function<Q, CompletableFuture<R>> handler) {
    bus.serve(topic, request -> Future.fromCompletionStage(handler.apply(request)));
  }

  private Bytes nonce() {
    final byte[] nonce = new byte[PeerMessage.NONCE_LENGTH];
    random.nextBytes(nonce);
    return Bytes.wrap(nonce);
  }

  private record OnTheBus(Bus bus) implements Commands {
    @Override
    public <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
      return bus.request(topic, request).toCompletionStage().toCompletableFuture();
    }

    @Override
    public <E> void tell(final EventTopic<E> topic, final E notice) {
      bus.publish(topic, notice);
    }
  }
}
