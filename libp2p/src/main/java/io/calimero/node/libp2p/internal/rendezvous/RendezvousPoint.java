// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.rendezvous;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.RendezvousLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.protocols.Quota;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discover;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discovered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Register;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Registered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Status;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Unregister;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The point at which others register and ask. */
public final class RendezvousPoint {
  static final int MAX_NAMESPACE = 255;
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(RendezvousPoint.class);
  private static final int MAX_REQUEST = 16 << 10;

  /** So often the quota of one peer is granted to all of them together. */
  private static final int PEERS_A_MINUTE = 64;

  private final RendezvousLimits limits;
  private final InstantSource clock;
  private final Timers timers;
  private final Registrations registrations;
  private final Quota quota;

  /** A point within {@code limits}. */
  public RendezvousPoint(
      final RendezvousLimits limits,
      final InstantSource clock,
      final Timers timers,
      final SecureRandom random) {
    this.limits = limits;
    this.clock = clock;
    this.timers = timers;
    registrations = new Registrations(limits, random.nextLong());
    final int each = limits.requestsPerMinute();
    quota = new Quota(each, each * PEERS_A_MINUTE, Duration.ofMinutes(1), timers::nanoTime);
  }

  /** How many registrations there are. */
  public int size() {
    return registrations.size(clock.instant());
  }

  /** Serves requests, one after the other. */
  public void handle(final Stream stream) {
    serve(new MessageStream(stream, MAX_REQUEST, timers, PATIENCE));
  }

  private void serve(final MessageStream messages) {
    final PeerId peer = messages.stream().connection().remotePeer();
    Futures.ignore(
        messages
            .next()
            .thenAccept(
                bytes -> {
                  final Optional<RendezvousMessage> answer =
                      answer(peer, RendezvousMessage.decode(bytes));
                  if (answer.isPresent()) {
                    Futures.ignore(
                        messages
                            .send(answer.get().encode())
                            .whenComplete(
                                (sent, failure) -> {
                                  if (failure == null) {
                                    serve(messages);
                                  }
                                }));
                  } else {
                    serve(messages);
                  }
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    // Most likely the end of the stream, which is how a peer takes its leave.
                    LOG.debug("{} ends: {}", messages.stream(), failure.toString());
                    messages.finish();
                  }
                }));
  }

  private Optional<RendezvousMessage> answer(final PeerId peer, final RendezvousMessage request) {
    if (!quota.take(peer)) {
      throw new LimitException("Too many requests of " + peer);
    }
    return switch (request) {
      case final Register register -> Optional.of(register(peer, register));
      case final Discover discover -> Optional.of(discover(discover));
      case final Unregister unregister -> {
        registrations.remove(unregister.namespace(), peer);
        yield Optional.empty();
      }
      default -> throw new MalformedException("An answer, to nothing");
    };
  }

  private Registered register(final PeerId peer, final Register request) {
    final int length = request.namespace().getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAX_NAMESPACE) {
      return refuse(Status.E_INVALID_NAMESPACE, "The namespace has " + length + " bytes");
    }
    final Optional<Duration> lifetime = lifetime(request.lifetime());
    if (lifetime.isEmpty()) {
      return refuse(
          Status.E_INVALID_TTL,
          "From " + limits.shortest() + " to " + limits.longest() + ", please");
    }
    if (request.signedRecord().size() > limits.recordBytes()) {
      return refuse(Status.E_INVALID_SIGNED_PEER_RECORD, "The record is too long");
    }
    final PeerRecord signed;
    try {
      signed = PeerRecord.open(request.signedRecord().toByteArray());
    } catch (final Libp2pException e) {
      LOG.debug("{} registers by a record that is none: {}", peer, e.getMessage());
      return refuse(Status.E_INVALID_SIGNED_PEER_RECORD, "The record cannot be read");
    }
    if (!signed.peer().equals(peer)) {
      return refuse(Status.E_NOT_AUTHORIZED, "The record is of " + signed.peer());
    }
    if (registrations.outdated(request.namespace(), peer, signed.sequence())) {
      return refuse(Status.E_INVALID_SIGNED_PEER_RECORD, "The record is older than another one");
    }
    final boolean taken =
        registrations.put(
            request.namespace(),
            peer,
            request.signedRecord(),
            signed.sequence(),
            lifetime.get(),
            clock.instant());
    return taken
        ? new Registered(Status.OK, "", lifetime.get().toSeconds())
        : refuse(Status.E_UNAVAILABLE, "There are too many registrations");
  }

  private Optional<Duration> lifetime(final long seconds) {
    if (seconds == 0) {
      return Optional.of(limits.usual());
    }
    return seconds < limits.shortest().toSeconds() || seconds > limits.longest().toSeconds()
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(seconds));
  }

  private static Registered refuse(final Status status, final String text) {
    return new Registered(status, text, 0);
  }

  private Discovered discover(final Discover request) {
    if (request.namespace().getBytes(StandardCharsets.UTF_8).length > MAX_NAMESPACE) {
      return new Discovered(
          List.of(), ByteString.EMPTY, Status.E_INVALID_NAMESPACE, "The namespace is too long");
    }
    final int limit =
        request.limit() <= 0 ? limits.page() : (int) Math.min(request.limit(), limits.page());
    return registrations
        .discover(request.namespace(), limit, request.cookie(), clock.instant())
        .map(slice -> new Discovered(slice.registrations(), slice.cookie(), Status.OK, ""))
        .orElseGet(
            () ->
                new Discovered(
                    List.of(),
                    ByteString.EMPTY,
                    Status.E_INVALID_COOKIE,
                    "The cookie is not one of this point and namespace"));
  }
}
