// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AutoNatParams;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Reachability;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks others to dial this host: those that speak version 2 by that, the others by version 1. Lives
 * on one thread.
 */
public final class AutoNatClient implements HostListener {
  private static final Logger LOG = LoggerFactory.getLogger(AutoNatClient.class);
  private static final int MAX_SERVERS = 64;
  private static final int MAX_ADDRESSES = 16;

  /** More is not asked by servers that mean well. */
  private static final long MAX_DATA = 100_000;

  private static final int CHUNK = 4096;

  private final PeerId self;
  private final AutoNatParams params;
  private final SecureRandom random;
  private final Timers timers;
  private final Executor thread;
  private final Supplier<List<Multiaddr>> candidates;
  private final Consumer<Reachability> changed;
  private final Verdicts verdicts;

  /** Connections with peers that dial back, and the protocol by which they are asked. */
  private final Map<Connection, String> servers = new LinkedHashMap<>();

  /** Nonces that were sent, and whether they came back. */
  private final Map<Long, Boolean> nonces = new LinkedHashMap<>();

  private volatile Reachability reachability = Reachability.UNKNOWN;

  /**
   * Asks for {@code self}.
   *
   * @param candidates where this host might be reached
   * @param changed takes what has become known
   */
  public AutoNatClient(
      final PeerId self,
      final AutoNatParams params,
      final SecureRandom random,
      final Timers timers,
      final Executor thread,
      final Supplier<List<Multiaddr>> candidates,
      final Consumer<Reachability> changed) {
    this.self = self;
    this.params = params;
    this.random = random;
    this.timers = timers;
    this.thread = thread;
    this.candidates = candidates;
    this.changed = changed;
    verdicts = new Verdicts(params.confidence());
  }

  /** Begins to ask again and again. */
  public Timers.Timer start() {
    return timers.every(params.every(), this::askAgain);
  }

  /** What is known of this host. */
  public Reachability reachability() {
    return reachability;
  }

  /** What is known of one of its addresses. */
  public Reachability reachability(final Multiaddr address) {
    return verdicts.of(address.withoutPeer());
  }

  @Override
  public void identified(final Connection connection, final PeerInfo info) {
    if (connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)) {
      return;
    }
    final Optional<String> protocol =
        List.of(AutoNatServer.V2_REQUEST, AutoNatServer.V1).stream()
            .filter(info.protocols()::contains)
            .findFirst();
    thread.execute(
        () -> {
          final boolean isNew = !servers.containsKey(connection);
          if (protocol.isPresent() && (!isNew || servers.size() < MAX_SERVERS)) {
            servers.put(connection, protocol.get());
            if (isNew && reachability == Reachability.UNKNOWN) {
              Futures.ignore(ask(connection));
            }
          }
        });
  }

  @Override
  public void disconnected(final Connection connection, final String reason) {
    thread.execute(() -> servers.remove(connection));
  }

  @Override
  public void addressesChanged(final List<Multiaddr> addresses) {
    thread.execute(this::settle);
  }

  private void askAgain() {
    final List<Connection> all = new ArrayList<>(servers.keySet());
    Collections.shuffle(all, random);
    all.stream().limit(params.confidence()).forEach(server -> Futures.ignore(ask(server)));
  }

  /** Asks the peer of {@code connection}; completes when its answer was taken in. */
  CompletableFuture<Void> ask(final Connection connection) {
    final List<Multiaddr> addresses =
        candidates.get().stream()
            .filter(address -> !address.has(AddressProtocol.P2P_CIRCUIT))
            .filter(address -> params.privateAddresses() || Ips.isPublic(address))
            .limit(MAX_ADDRESSES)
            .toList();
    if (addresses.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    final String protocol = servers.getOrDefault(connection, AutoNatServer.V2_REQUEST);
    final CompletableFuture<Void> asked =
        connection
            .openStream(List.of(protocol))
            .thenCompose(
                stream -> {
                  final MessageStream messages =
                      new MessageStream(
                          stream, AutoNatServer.MAX_MESSAGE, timers, AutoNatServer.PATIENCE);
                  final CompletableFuture<Void> answered =
                      protocol.equals(AutoNatServer.V1)
                          ? ask1(messages, addresses)
                          : ask2(messages, addresses);
                  return answered.whenComplete((ok, failure) -> stream.reset());
                });
    return asked.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            LOG.debug("{} says nothing of use: {}", connection, failure.toString());
          }
          thread.execute(this::settle);
        });
  }

  private CompletableFuture<Void> ask1(
      final MessageStream messages, final List<Multiaddr> addresses) {
    return messages
        .ask(new DialMessage.Dial(self, addresses).encode())
        .thenAccept(
            bytes -> {
              if (!(DialMessage.decode(bytes) instanceof final DialMessage.Response response)) {
                throw new MalformedException("A request instead of an answer");
              }
              final PeerId voter = messages.stream().connection().remotePeer();
              switch (response.status()) {
                case OK ->
                    response
                        .address()
                        .map(Multiaddr::withoutPeer)
                        .filter(addresses::contains)
                        .ifPresent(address -> verdicts.vote(address, voter, true));
                case E_DIAL_ERROR ->
                    addresses.forEach(address -> verdicts.vote(address, voter, false));
                default -> throw new LimitException("It did not dial: " + response.status());
              }
            });
  }

  private CompletableFuture<Void> ask2(
      final MessageStream messages, final List<Multiaddr> addresses) {
    final long nonce = random.nextLong();
    synchronized (nonces) {
      nonces.put(nonce, false);
    }
    return messages
        .ask(ProbeMessage.Request.about(addresses, nonce).encode())
        .thenCompose(bytes -> pay(messages, addresses, ProbeMessage.decode(bytes)))
        .thenAccept(response -> count(messages, addresses, response, nonce))
        .whenComplete((ok, failure) -> shown(nonce));
  }

  private CompletableFuture<ProbeMessage.Response> pay(
      final MessageStream messages, final List<Multiaddr> addresses, final ProbeMessage answer) {
    return switch (answer) {
      case final ProbeMessage.Response response -> CompletableFuture.completedFuture(response);
      case final ProbeMessage.DataRequest request -> {
        if (request.bytes() < 0
            || request.bytes() > MAX_DATA
            || request.index() < 0
            || request.index() >= addresses.size()) {
          throw new LimitException("It asks for " + request.bytes() + " bytes, which is too much");
        }
        yield send(messages, request.bytes())
            .thenCompose(sent -> messages.next())
            .thenApply(
                bytes -> {
                  if (ProbeMessage.decode(bytes) instanceof final ProbeMessage.Response response) {
                    return response;
                  }
                  throw new MalformedException("Not an answer");
                });
      }
      default -> throw new MalformedException("A request instead of an answer");
    };
  }

  private static CompletableFuture<Void> send(final MessageStream messages, final long left) {
    if (left <= 0) {
      return CompletableFuture.completedFuture(null);
    }
    final int size = (int) Math.min(left, CHUNK);
    return messages
        .send(new ProbeMessage.Data(ByteString.copyFrom(new byte[size])).encode())
        .thenCompose(sent -> send(messages, left - size));
  }

  private void count(
      final MessageStream messages,
      final List<Multiaddr> addresses,
      final ProbeMessage.Response response,
      final long nonce) {
    if (response.status() != ProbeMessage.OK) {
      throw new LimitException("It did not dial: " + response.status());
    }
    if (response.index() < 0 || response.index() >= addresses.size()) {
      throw new MalformedException("It dialled an address that nobody knows");
    }
    final Multiaddr address = addresses.get(response.index());
    final PeerId voter = messages.stream().connection().remotePeer();
    if (response.dialStatus() == ProbeMessage.OK) {
      if (!shown(nonce)) {
        throw new MalformedException("It says that it dialled, and did not show the nonce");
      }
      verdicts.vote(address, voter, true);
    } else if (response.dialStatus() == ProbeMessage.DIAL_ERROR) {
      verdicts.vote(address, voter, false);
    }
  }

  /** Whether {@code nonce} came back; it is worth nothing from now on. */
  private boolean shown(final long nonce) {
    synchronized (nonces) {
      return Boolean.TRUE.equals(nonces.remove(nonce));
    }
  }

  /** Takes the nonce that a server shows over the connection that it has dialled. */
  public void back(final Stream stream) {
    final MessageStream messages =
        new MessageStream(stream, AutoNatServer.MAX_MESSAGE, timers, AutoNatServer.PATIENCE);
    Futures.ignore(
        messages
            .next()
            .thenAccept(
                bytes -> {
                  final long nonce = ProbeMessage.decodeNonce(bytes);
                  synchronized (nonces) {
                    if (nonces.replace(nonce, true) == null) {
                      throw new MalformedException("A nonce that nobody sent");
                    }
                  }
                  // The one status there is has the number 0, which protobuf leaves out.
                  messages.finish(new byte[0]);
                })
            .whenComplete(
                (ok, failure) -> {
                  if (failure != null) {
                    LOG.debug("{} shows nothing of use: {}", stream, failure.toString());
                    stream.reset();
                  }
                }));
  }

  private void settle() {
    final List<Multiaddr> mine =
        candidates.get().stream()
            .filter(address -> !address.has(AddressProtocol.P2P_CIRCUIT))
            .filter(address -> params.privateAddresses() || Ips.isPublic(address))
            .toList();
    final Reachability now = verdicts.of(mine);
    if (now != reachability) {
      reachability = now;
      changed.accept(now);
    }
  }
}
