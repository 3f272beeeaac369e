// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One peer's part of a table (kad-dht specification). Peers get into its own table only when they
 * have said themselves, by identify or by an answer, that they serve; what others say of them is
 * only used to dial them. For one thread.
 */
public final class KadRouter {
  /** What is due is sent in small portions. */
  private static final Duration UPKEEP = Duration.ofMinutes(1);

  private static final int PORTION = 8;

  private final KadContext context;
  private final ValueStore values;
  private final ProviderStore providers;
  private final OwnEntries<KadRecord> ownValues;
  private final OwnEntries<ByteString> ownKeys;
  private final KadServer server;
  private final Seeker seeker;
  private final Refresher refresher;

  /**
   * A router of {@code self}, not started.
   *
   * @param timers the time; its tasks run on the router's thread
   * @param clock the time of day, told to others with values
   */
  public KadRouter(
      final PeerId self,
      final KadParams params,
      final Timers timers,
      final InstantSource clock,
      final RandomGenerator random,
      final KadTransport transport) {
    final KadKey place = KadKey.of(self);
    final RoutingTable table = new RoutingTable(place, params.replication());
    context =
        new KadContext(
            self, params, timers, clock, random, transport, table, new Validators(params));
    values = new ValueStore(self, params);
    providers = new ProviderStore(place, params);
    ownValues = new OwnEntries<>(params.maxOwn(), params.republish().toNanos());
    ownKeys = new OwnEntries<>(params.maxOwn(), params.republish().toNanos());
    server = new KadServer(context, values, providers, ownKeys.keys());
    seeker = new Seeker(context);
    refresher = new Refresher(context, seeker::closest);
  }

  /** Begins; what is returned has to be cancelled in the end. */
  public List<Timers.Timer> start() {
    return List.of(
        context
            .timers()
            .every(context.params().refresh(), () -> Futures.ignore(refresher.refresh())),
        context.timers().every(UPKEEP, this::upkeep));
  }

  private void upkeep() {
    final long now = context.now();
    values.expire(now);
    providers.expire(now);
    if (context.table().count() == 0) {
      Futures.ignore(refresher.refresh());
    }
    ownKeys.due(now, PORTION).forEach(key -> Futures.ignore(announce(key)));
    ownValues.due(now, PORTION).forEach(entry -> Futures.ignore(send(entry)));
  }

  /** A peer says of itself that it serves. */
  public void serves(final PeerId peer) {
    final boolean first = context.table().count() == 0;
    context.heard(peer);
    if (first) {
      Futures.ignore(bootstrap());
    }
  }

  /** A peer says of itself that it does not serve (any more). */
  public void servesNot(final PeerId peer) {
    context.table().remove(peer);
  }

  /**
   * The answer to a request; empty if there is none to be given.
   *
   * @throws io.calimero.node.libp2p.MalformedException if it is refused
   */
  public Optional<KadMessage> receive(final PeerId from, final KadMessage request) {
    return server.answer(from, request);
  }

  /** The peers in the table, the nearest first. */
  public List<PeerAddresses> table() {
    return context.table().closest(KadKey.of(context.self()), Integer.MAX_VALUE).stream()
        .map(context::where)
        .toList();
  }

  /** How many values and provided keys are kept. */
  int kept() {
    return values.count() + providers.count();
  }

  /** Looks up this host and random places; how many peers the table has then. */
  public CompletableFuture<Integer> bootstrap() {
    return refresher.bootstrap();
  }

  /** The peers nearest to {@code key} that answer. */
  public CompletableFuture<List<PeerAddresses>> closest(final ByteString key) {
    return seeker.closest(checked(key));
  }

  /** Finds {@code peer} and gets a connection to it. */
  public CompletableFuture<Optional<PeerAddresses>> findPeer(final PeerId peer) {
    return seeker.findPeer(peer);
  }

  /** Finds at most {@code limit} providers of {@code key}. */
  public CompletableFuture<List<PeerAddresses>> findProviders(
      final ByteString key, final int limit) {
    return seeker.findProviders(checked(key), limit, providers.get(key, context.now()));
  }

  /** Says that this host has {@code key}; how many peers were told. */
  public CompletableFuture<Integer> advertise(final ByteString key) {
    ownKeys.add(checked(key), key, context.now());
    return announce(key);
  }

  /** Says so no longer. */
  public void withdraw(final ByteString key) {
    ownKeys.remove(key);
  }

  private CompletableFuture<Integer> announce(final ByteString key) {
    final PeerAddresses self = new PeerAddresses(context.self(), context.transport().own());
    final KadMessage message =
        new KadMessage(KadType.ADD_PROVIDER, key, Optional.empty(), List.of(), List.of(self));
    return spread(key, peer -> context.timed(context.transport().tell(peer, message)));
  }

  /** Keeps {@code value} at the peers nearest to {@code key}; how many have taken it. */
  public CompletableFuture<Integer> put(final ByteString key, final ByteString value) {
    if (value.size() > context.params().maxValueBytes()) {
      throw new LimitException("A value of " + value.size() + " bytes is too large");
    }
    if (!context.validators().valid(checked(key), value)) {
      throw new IllegalArgumentException("The validator of the key refuses the value");
    }
    final Optional<KadRecord> known = values.get(key, context.now());
    if (known.isPresent()
        && !known.get().value().equals(value)
        && !context.validators().better(key, value, known.get().value())) {
      throw new IllegalArgumentException("The validator of the key prefers the value known here");
    }
    final KadRecord entry = new KadRecord(key, value, context.clock().instant().toString());
    ownValues.add(key, entry, context.now());
    return send(entry);
  }

  private CompletableFuture<Integer> send(final KadRecord entry) {
    // Another one may have become better since; then this host's is not worth sending any more.
    if (!server.keep(context.self(), entry.key(), entry.value())
        && values.get(entry.key(), context.now()).isPresent()) {
      ownValues.remove(entry.key());
      return CompletableFuture.completedFuture(0);
    }
    return spread(entry.key(), peer -> context.ask(peer, KadMessage.put(entry)));
  }

  /** Does {@code act} at each peer nearest to {@code key}; how many times it went well. */
  private CompletableFuture<Integer> spread(
      final ByteString key, final Function<PeerAddresses, CompletableFuture<?>> act) {
    return closest(key)
        .thenCompose(
            nearest -> {
              final List<CompletableFuture<Boolean>> acts =
                  nearest.stream()
                      .map(peer -> act.apply(peer).handle((done, failure) -> failure == null))
                      .toList();
              return CompletableFuture.allOf(acts.toArray(CompletableFuture<?>[]::new))
                  .thenApply(all -> (int) acts.stream().filter(CompletableFuture::join).count());
            });
  }

  /** The best value that peers have under {@code key}. */
  public CompletableFuture<Optional<ByteString>> get(final ByteString key) {
    return seeker
        .get(checked(key), values.get(key, context.now()))
        .thenApply(
            best -> {
              final Optional<KadRecord> known = values.get(key, context.now());
              if (best.isPresent() && known.isPresent()) {
                server.keep(context.self(), key, best.get().value());
              }
              return best.map(KadRecord::value);
            });
  }

  private static ByteString checked(final ByteString key) {
    if (key.isEmpty() || key.size() > KadCodec.MAX_KEY) {
      throw new IllegalArgumentException("A key has 1 to " + KadCodec.MAX_KEY + " bytes");
    }
    return key;
  }
}
