// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AutoNatLimits;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.protocols.Quota;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dials peers that ask for it, within limits (autonat specifications, versions 1 and 2). */
public final class AutoNatServer {
  /** Version 1. */
  public static final String V1 = "/libp2p/autonat/1.0.0";

  /** Version 2: the client asks. */
  public static final String V2_REQUEST = "/libp2p/autonat/2/dial-request";

  /** Version 2: the server shows what it was asked for, over the connection that it dialled. */
  public static final String V2_BACK = "/libp2p/autonat/2/dial-back";

  static final int MAX_MESSAGE = 8192;
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(AutoNatServer.class);
  private static final int MAX_ADDRESSES = 8;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final AutoNatLimits limits;
  private final Timers timers;
  private final SecureRandom random;
  private final Dial dial;
  private final Quota quota;
  private final AtomicInteger dials = new AtomicInteger();

  /** Makes a new connection, whatever there is already. */
  @FunctionalInterface
  public interface Dial {
    /** Dials {@code peer} at the first of {@code addresses} that answers. */
    CompletableFuture<? extends Connection> to(PeerId peer, List<Multiaddr> addresses);
  }

  /** Serves within {@code limits}. */
  public AutoNatServer(
      final AutoNatLimits limits, final Timers timers, final SecureRandom random, final Dial dial) {
    this.limits = limits;
    this.timers = timers;
    this.random = random;
    this.dial = dial;
    quota =
        new Quota(
            limits.requestsPerPeer(),
            limits.requestsPerMinute(),
            Duration.ofMinutes(1),
            timers::nanoTime);
  }

  /** Serves a request of version 1. */
  public void handle1(final Stream stream) {
    final MessageStream messages = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
    Futures.ignore(
        messages
            .next()
            .thenCompose(bytes -> serve1(stream.connection(), DialMessage.decode(bytes)))
            .whenComplete(
                (response, failure) -> {
                  if (failure == null) {
                    messages.finish(response.encode());
                  } else if (Futures.cause(failure) instanceof final MalformedException e) {
                    LOG.debug("{} asked in vain: {}", stream, e.getMessage());
                    messages.finish(refusal(DialMessage.Status.E_BAD_REQUEST).encode());
                  } else {
                    stream.reset();
                  }
                }));
  }

  private static DialMessage.Response refusal(final DialMessage.Status status) {
    return new DialMessage.Response(status, status.toString(), Optional.empty());
  }

  private CompletableFuture<DialMessage.Response> serve1(
      final Connection connection, final DialMessage message) {
    if (!(message instanceof final DialMessage.Dial request)
        || !request.peer().equals(connection.remotePeer())) {
      throw new MalformedException("Not a request to dial whoever asks");
    }
    final Optional<InetAddress> from = observed(connection);
    final List<Multiaddr> addresses =
        request.addresses().stream()
            .map(Multiaddr::withoutPeer)
            .filter(this::willing)
            .filter(address -> from.isPresent() && Ips.of(address).equals(from))
            .distinct()
            .limit(MAX_ADDRESSES)
            .toList();
    if (addresses.isEmpty() || !quota.take(connection.remotePeer())) {
      return CompletableFuture.completedFuture(refusal(DialMessage.Status.E_DIAL_REFUSED));
    }
    return dial(connection.remotePeer(), addresses)
        .handle(
            (dialled, failure) -> {
              if (failure != null) {
                return refusal(
                    Futures.cause(failure) instanceof LimitException
                        ? DialMessage.Status.E_DIAL_REFUSED
                        : DialMessage.Status.E_DIAL_ERROR);
              }
              Futures.ignore(dialled.close());
              return new DialMessage.Response(
                  DialMessage.Status.OK, "", Optional.of(dialled.remoteAddress()));
            });
  }

  /** The peer's own IP address; none if it comes through a relay. */
  private static Optional<InetAddress> observed(final Connection connection) {
    return connection.remoteAddress().has(AddressProtocol.P2P_CIRCUIT)
        ? Optional.empty()
        : Ips.of(connection.remoteAddress());
  }

  private boolean willing(final Multiaddr address) {
    return !address.has(AddressProtocol.P2P_CIRCUIT)
        && Ips.of(address).isPresent()
        && (limits.privateAddresses() || Ips.isPublic(address));
  }

  private CompletableFuture<Connection> dial(final PeerId peer, final List<Multiaddr> addresses) {
    if (dials.incrementAndGet() > limits.dials()) {
      dials.decrementAndGet();
      return CompletableFuture.failedFuture(new LimitException("Too many dials are under way"));
    }
    final CompletableFuture<Connection> dialled = new CompletableFuture<>();
    final Timers.Timer deadline =
        timers.after(
            limits.dialTime(),
            () -> dialled.completeExceptionally(new MalformedException("It did not answer")));
    Futures.ignore(
        dial.to(peer, addresses)
            .whenComplete(
                (connection, failure) -> {
                  deadline.cancel();
                  dials.decrementAndGet();
                  if (failure != null) {
                    dialled.completeExceptionally(Futures.cause(failure));
                  } else if (!dialled.complete(connection)) {
                    Futures.ignore(connection.close());
                  }
                }));
    return dialled;
  }

  /** Serves a request of version 2. */
  public void handle2(final Stream stream) {
    final MessageStream messages = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
    final Timers.Timer deadline = timers.after(LONGEST, stream::reset);
    Futures.ignore(
        messages
            .next()
            .thenCompose(bytes -> serve2(messages, ProbeMessage.decode(bytes)))
            .whenComplete(
                (response, failure) -> {
                  deadline.cancel();
                  if (failure == null) {
                    messages.finish(response.encode());
                  } else {
                    LOG.debug("{} asked in vain: {}", stream, failure.toString());
                    stream.reset();
                  }
                }));
  }

  private CompletableFuture<ProbeMessage.Response> serve2(
      final MessageStream messages, final ProbeMessage message) {
    if (!(message instanceof final ProbeMessage.Request request)) {
      throw new MalformedException("Not a request to dial");
    }
    final Connection connection = messages.stream().connection();
    final Optional<InetAddress> from = observed(connection);
    int index = 0;
    while (index < request.addresses().size()
        && request.addresses().get(index).filter(this::willing).isEmpty()) {
      index++;
    }
    if (from.isEmpty() || index == request.addresses().size()) {
      return answer(ProbeMessage.DIAL_REFUSED, 0, 0);
    }
    if (!quota.take(connection.remotePeer())) {
      return answer(ProbeMessage.REQUEST_REJECTED, 0, 0);
    }
    final Multiaddr address = request.addresses().get(index).orElseThrow().withoutPeer();
    final int chosen = index;
    final CompletableFuture<Void> paid =
        Ips.of(address).equals(from)
            ? CompletableFuture.completedFuture(null)
            : charge(messages, chosen);
    return paid.thenCompose(
        ok ->
            dialBack(connection.remotePeer(), address, request.nonce())
                .thenCompose(
                    outcome ->
                        outcome == 0
                            ? answer(ProbeMessage.REQUEST_REJECTED, 0, 0)
                            : answer(ProbeMessage.OK, chosen, outcome)));
  }

  private static CompletableFuture<ProbeMessage.Response> answer(
      final int status, final int index, final int dialStatus) {
    return CompletableFuture.completedFuture(new ProbeMessage.Response(status, index, dialStatus));
  }

  /** Lets the peer send more than the dial costs whoever is at the address. */
  private CompletableFuture<Void> charge(final MessageStream messages, final int index) {
    final int price =
        limits.dialDataAtLeast()
            + random.nextInt(limits.dialDataAtMost() - limits.dialDataAtLeast() + 1);
    return messages
        .send(new ProbeMessage.DataRequest(index, price).encode())
        .thenCompose(sent -> collect(messages, price));
  }

  private static CompletableFuture<Void> collect(final MessageStream messages, final int left) {
    return left <= 0
        ? CompletableFuture.completedFuture(null)
        : messages
            .next()
            .thenCompose(
                bytes -> {
                  if (!(ProbeMessage.decode(bytes) instanceof final ProbeMessage.Data data)
                      || data.data().isEmpty()) {
                    throw new MalformedException("Not the bytes that a dial costs");
                  }
                  return collect(messages, left - data.data().size());
                });
  }

  /** The status of the dial; 0 if there was none. */
  private CompletableFuture<Integer> dialBack(
      final PeerId peer, final Multiaddr address, final long nonce) {
    return dial(peer, List.of(address))
        .thenCompose(
            connection ->
                show(connection, nonce)
                    .handle(
                        (ok, broken) -> {
                          Futures.ignore(connection.close());
                          return broken == null ? ProbeMessage.OK : ProbeMessage.DIAL_BACK_ERROR;
                        }))
        .exceptionally(
            failure ->
                Futures.cause(failure) instanceof LimitException ? 0 : ProbeMessage.DIAL_ERROR);
  }

  private CompletableFuture<Void> show(final Connection connection, final long nonce) {
    return connection
        .openStream(List.of(V2_BACK))
        .thenCompose(
            stream -> {
              final MessageStream back = new MessageStream(stream, MAX_MESSAGE, timers, PATIENCE);
              // Any answer is one: its only status says that all is well.
              return back.ask(ProbeMessage.encodeNonce(nonce)).thenAccept(bytes -> back.finish());
            });
  }
}
