// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.rendezvous;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Rendezvous;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discover;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discovered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Register;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Registered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Status;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Unregister;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers and asks at rendezvous points. */
public final class RendezvousClient implements Rendezvous {
  private static final Logger LOG = LoggerFactory.getLogger(RendezvousClient.class);
  private static final int MAX_ANSWER = 1 << 20;
  private static final int MAX_COOKIE = 1024;
  private static final long MAX_LIFETIME = Duration.ofDays(30).toSeconds();

  private final Host host;
  private final PrivateKey key;
  private final InstantSource clock;
  private final Timers timers;

  /** Asks over {@code host}, whose key is {@code key}. */
  public RendezvousClient(
      final Host host, final PrivateKey key, final InstantSource clock, final Timers timers) {
    this.host = host;
    this.key = key;
    this.clock = clock;
    this.timers = timers;
  }

  private <T> CompletableFuture<T> with(
      final PeerId point, final Function<MessageStream, CompletableFuture<T>> task) {
    return host.connect(point, List.of())
        .thenCompose(connection -> connection.openStreamEvenIfLimited(List.of(PROTOCOL)))
        .thenCompose(
            stream -> {
              final MessageStream messages =
                  new MessageStream(stream, MAX_ANSWER, timers, RendezvousPoint.PATIENCE);
              return task.apply(messages)
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

  private static void check(final PeerId point, final Status status, final String text) {
    final String message = "The rendezvous point " + point + " refused: " + status + " " + text;
    if (status == Status.E_UNAVAILABLE) {
      throw new LimitException(message);
    }
    if (status != Status.OK) {
      throw new ConnectionException(message);
    }
  }

  @Override
  public CompletableFuture<Duration> register(
      final PeerId point, final String namespace, final Duration lifetime) {
    return with(
        point,
        messages -> {
          final byte[] signed =
              new PeerRecord(key.peerId(), clock.millis(), host.addresses()).seal(key);
          final Register request =
              new Register(namespace, ByteString.copyFrom(signed), lifetime.toSeconds());
          return messages
              .ask(request.encode())
              .thenApply(
                  bytes -> {
                    if (!(RendezvousMessage.decode(bytes) instanceof final Registered answer)) {
                      throw new MalformedException("Not the answer to a registration");
                    }
                    check(point, answer.status(), answer.text());
                    return lifetime(answer.lifetime());
                  });
        });
  }

  private static Duration lifetime(final long seconds) {
    return Duration.ofSeconds(seconds < 0 ? 0 : Math.min(seconds, MAX_LIFETIME));
  }

  @Override
  public CompletableFuture<Void> unregister(final PeerId point, final String namespace) {
    return with(point, messages -> messages.send(new Unregister(namespace).encode()));
  }

  @Override
  public CompletableFuture<Page> discover(
      final PeerId point, final String namespace, final int limit, final String cookie) {
    final ByteString shown;
    try {
      shown = ByteString.copyFrom(Base64.getUrlDecoder().decode(cookie));
    } catch (final IllegalArgumentException e) {
      return CompletableFuture.failedFuture(new MalformedException("Not a cookie: " + cookie, e));
    }
    return with(
        point,
        messages ->
            messages
                .ask(new Discover(namespace, limit, shown).encode())
                .thenApply(bytes -> page(point, namespace, limit, bytes)));
  }

  private Page page(
      final PeerId point, final String namespace, final int limit, final byte[] bytes) {
    if (!(RendezvousMessage.decode(bytes) instanceof final Discovered answer)) {
      throw new MalformedException("Not the answer to a question");
    }
    check(point, answer.status(), answer.text());
    if (answer.registrations().size() > limit || answer.cookie().size() > MAX_COOKIE) {
      throw new MalformedException("The point answers more than it was asked");
    }
    final List<Found> found = new ArrayList<>();
    for (final Register registration : answer.registrations()) {
      if (namespace.isEmpty() || registration.namespace().equals(namespace)) {
        found(registration).ifPresent(found::add);
      }
    }
    return new Page(
        found,
        Base64.getUrlEncoder().withoutPadding().encodeToString(answer.cookie().toByteArray()));
  }

  /** A point can leave peers out, but not make them up. */
  private Optional<Found> found(final Register registration) {
    try {
      final byte[] envelope = registration.signedRecord().toByteArray();
      final PeerRecord signed = PeerRecord.open(envelope);
      final Duration lifetime = lifetime(registration.lifetime());
      if (!signed.peer().equals(host.id())) {
        host.peers().add(signed.peer(), signed.addresses(), lifetime);
        host.peers().signed(signed.peer(), envelope);
      }
      return Optional.of(
          new Found(registration.namespace(), signed.peer(), signed.addresses(), lifetime));
    } catch (final Libp2pException e) {
      LOG.debug("A registration that nobody signed: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
