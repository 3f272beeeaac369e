// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network;

import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Listening;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.PeerJoined;
import io.calimero.node.events.messages.NetworkMessages.PeerLeft;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.GossipSub;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PubSub;
import io.calimero.node.network.internal.Addresses;
import io.calimero.node.network.internal.NetworkCore;
import io.calimero.node.network.internal.Notices;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meets other nodes: owns the libp2p host, and with it connections, streams and topics.
 *
 * <p>Answers the peer, network, gossip and stream commands of {@link Topics}; publishes {@code
 * PEER_JOINED}, {@code PEER_LEFT}, {@code LISTENING}, {@code GOSSIP_RECEIVED} and {@code
 * STREAM_OPENED}. To be deployed once per node, on an event loop. Its start fails with a {@link
 * ListenException} if it cannot listen.
 */
public final class NetworkVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkVerticle.class);
  private static final String PROTOCOLS = "/calimero-network/0.1.0";
  private static final long TICK_MILLIS = 200;
  private static final long STOP_MILLIS = 2_000;

  /**
   * A link that carries nothing is given up before TCP would: what it resends comes ever more
   * seldom, also after the link is whole again, and dialling anew is quicker.
   */
  private static final HostLimits LIMITS =
      HostLimits.DEFAULT
          .withDialTime(Duration.ofSeconds(4))
          .withKeepAlive(Duration.ofSeconds(5), Duration.ofSeconds(10));

  private final NetworkOptions options;
  private final PrivateKey key;
  private volatile int port;
  private @Nullable NetworkCore core;

  /** A verticle that meets others as the options say. */
  public NetworkVerticle(final NetworkOptions options) {
    this.options = options;
    key = PrivateKey.ofSeed(options.key().secret().toByteArray());
  }

  /** By which name others know this node. */
  public String peerId() {
    return key.peerId().toString();
  }

  /**
   * The port that is listened on once the verticle is deployed, also if the options leave it open.
   */
  public int port() {
    return port;
  }

  /** How many peers are connected now. May be asked on any thread. */
  public int connectedPeers() {
    final NetworkCore known = core;
    return known == null ? 0 : known.connectedPeers();
  }

  @Override
  public Future<?> start() {
    final Bus bus = Bus.of(vertx);
    final Executor loop = task -> context.runOnContext(_ -> task.run());
    return vertx.executeBlocking(this::host).compose(host -> start(bus, loop, host));
  }

  private Host host() {
    return new HostBuilder(key)
        .listen(
            options.hosts().stream().map(host -> Addresses.listen(host, options.port())).toList())
        .announce(options.announce().stream().map(Multiaddr::parse).toList())
        .bootstrap(options.bootstrap().stream().map(Multiaddr::parse).toList())
        .versions(options.agent(), PROTOCOLS)
        .peerFile(options.peerFile())
        .limits(LIMITS)
        .build();
  }

  private Future<Void> start(final Bus bus, final Executor loop, final Host host) {
    final PubSub pubSub = GossipSub.start(host, key, GossipParams.DEFAULT);
    final NetworkCore made =
        new NetworkCore(
            host, pubSub, loop, System::nanoTime, new OnTheBus(bus), options.redialEvery());
    return Future.fromCompletionStage(made.start(), context)
        .onSuccess(
            _ -> {
              port = port(host);
              core = made;
              serve(bus, made);
              vertx.setPeriodic(TICK_MILLIS, _ -> made.tick());
            })
        .recover(
            failure ->
                Future.fromCompletionStage(pubSub.stop(), context)
                    .transform(_ -> Future.failedFuture(refused(failure))));
  }

  private Throwable refused(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          refused(wrapped.getCause());
      case ConnectionException refused ->
          new ListenException(options.hosts(), options.port(), refused);
      default -> failure;
    };
  }

  private int port(final Host host) {
    return host.listening().stream()
        .flatMap(address -> address.value(AddressProtocol.TCP).stream())
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(options.port());
  }

  private static void serve(final Bus bus, final NetworkCore core) {
    answer(bus, Topics.PEER_DIAL, core::dial);
    tell(bus, Topics.PEER_LIST, _ -> core.peers());
    tell(bus, Topics.PEER_ESTEEM, core::esteem);
    tell(bus, Topics.NETWORK_STATUS, _ -> core.status());
    answer(bus, Topics.GOSSIP_MESH, core::mesh);
    answer(bus, Topics.GOSSIP_SUBSCRIBE, core::subscribe);
    answer(bus, Topics.GOSSIP_UNSUBSCRIBE, core::unsubscribe);
    answer(bus, Topics.GOSSIP_PUBLISH, core::publish);
    tell(bus, Topics.GOSSIP_JUDGE, core::judge);
    tell(bus, Topics.STREAM_SERVE, core::serve);
    answer(bus, Topics.STREAM_OPEN, core::open);
    answer(
        bus,
        Topics.STREAM_SEND,
        send -> {
          core.peer(send.stream()).ifPresent(peer -> bus.about("peer", peer));
          return core.send(send);
        });
    answer(bus, Topics.STREAM_RECEIVE, core::receive);
    tell(bus, Topics.STREAM_CLOSE, core::close);
  }

  private static <Q, R> void answer(
      final Bus bus,
      final CommandTopic<Q, R> topic,
      final Function<Q, CompletableFuture<R>> handler) {
    bus.serve(topic, request -> Future.fromCompletionStage(checked(handler, request)));
  }

  private static <Q, R> void tell(
      final Bus bus, final CommandTopic<Q, R> topic, final Function<Q, R> handler) {
    answer(bus, topic, handler.andThen(CompletableFuture::completedFuture));
  }

  /** What the request names may be no address or peer at all. */
  private static <Q, R> CompletableFuture<R> checked(
      final Function<Q, CompletableFuture<R>> handler, final Q request) {
    try {
      return handler.apply(request);
    } catch (final MalformedException e) {
      return NetworkCore.refused(e);
    }
  }

  /** A host that hangs must not keep the node from stopping. */
  @Override
  public Future<?> stop() {
    final NetworkCore known = core;
    if (known == null) {
      return Future.succeededFuture();
    }
    final Promise<Void> stopped = Promise.promise();
    final long timer =
        vertx.setTimer(
            STOP_MILLIS,
            _ -> {
              if (stopped.tryComplete()) {
                LOG.warn("not every connection was closed within {} ms", STOP_MILLIS);
              }
            });
    final CompletableFuture<Void> _ =
        known
            .stop()
            .whenComplete(
                (_, failure) -> {
                  vertx.cancelTimer(timer);
                  if (failure == null) {
                    stopped.tryComplete();
                  } else {
                    stopped.tryFail(failure);
                  }
                });
    return stopped.future();
  }

  private record OnTheBus(Bus bus) implements Notices {
    @Override
    public void joined(final PeerJoined notice) {
      bus.publish(Topics.PEER_JOINED, notice);
    }

    @Override
    public void left(final PeerLeft notice) {
      bus.publish(Topics.PEER_LEFT, notice);
    }

    @Override
    public void listening(final Listening notice) {
      bus.publish(Topics.LISTENING, notice);
    }

    @Override
    public void gossip(final Gossip notice) {
      bus.publish(Topics.GOSSIP_RECEIVED, notice);
    }

    @Override
    public void opened(final OpenedStream notice) {
      bus.publish(Topics.STREAM_OPENED, notice);
    }
  }
}
