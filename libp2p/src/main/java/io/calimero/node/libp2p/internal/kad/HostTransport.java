// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Requests over the streams of a host, each on one of its own. */
final class HostTransport implements KadTransport {
  /** An answer names at most twice k peers, and a value. */
  private static final int MAX_ANSWER = 512 * 1024;

  private final Host host;
  private final KadParams params;
  private final Executor owner;

  /** Over {@code host}; everything completes on {@code owner}. */
  HostTransport(final Host host, final KadParams params, final Executor owner) {
    this.host = host;
    this.params = params;
    this.owner = owner;
  }

  /** Completes {@code to} as {@code from} does. */
  static <T> void forward(final CompletableFuture<T> from, final CompletableFuture<T> to) {
    Futures.ignore(
        from.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                to.complete(done);
              } else {
                to.completeExceptionally(Futures.cause(failure));
              }
            }));
  }

  private <T> CompletableFuture<T> onOwner(final CompletableFuture<T> result) {
    final CompletableFuture<T> there = new CompletableFuture<>();
    Futures.ignore(
        result.whenComplete((done, failure) -> owner.execute(() -> forward(result, there))));
    return there;
  }

  private CompletableFuture<Stream> open(final PeerAddresses to) {
    return host.connect(to.peer(), to.addresses())
        .thenCompose(connection -> connection.openStream(List.of(params.protocol())));
  }

  /** Does {@code talk} on a stream to a peer; it is reset if that fails or is given up. */
  private <T> CompletableFuture<T> with(final PeerAddresses to, final Talk<T> talk) {
    final CompletableFuture<Stream> opened = open(to);
    final CompletableFuture<T> result = onOwner(opened.thenCompose(talk::over));
    Futures.ignore(
        result.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                Futures.ignore(opened.thenAccept(Stream::reset));
              }
            }));
    // Not the dependent future: the router fails this one when it takes too long.
    return result;
  }

  @FunctionalInterface
  private interface Talk<T> {
    CompletableFuture<T> over(Stream stream);
  }

  @Override
  public CompletableFuture<KadMessage> ask(final PeerAddresses to, final KadMessage request) {
    return with(
        to,
        stream ->
            stream
                .write(MessageReader.frame(KadCodec.encode(request)))
                .thenCompose(
                    sent -> {
                      Futures.ignore(stream.closeWrite());
                      return new MessageReader(stream, MAX_ANSWER).next();
                    })
                .thenApply(bytes -> answer(stream, request, bytes)));
  }

  private static KadMessage answer(
      final Stream stream, final KadMessage request, final Optional<byte[]> bytes) {
    final KadMessage answer =
        KadCodec.decode(
            bytes.orElseThrow(() -> new MalformedException("Kademlia: no answer came")));
    if (answer.type() != request.type()) {
      throw new MalformedException("Kademlia: " + request.type() + " is answered by another type");
    }
    drain(stream);
    return new KadMessage(
        answer.type(),
        answer.key(),
        answer.entry(),
        credible(stream, answer.closer()),
        credible(stream, answer.providers()));
  }

  /** A peer elsewhere knows nothing of what listens on the loopback of this machine. */
  private static List<PeerAddresses> credible(
      final Stream stream, final List<PeerAddresses> peers) {
    return isLoopback(stream.connection().remoteAddress())
        ? peers
        : peers.stream()
            .map(
                peer ->
                    new PeerAddresses(
                        peer.peer(),
                        peer.addresses().stream().filter(at -> !isLoopback(at)).toList()))
            .toList();
  }

  private static boolean isLoopback(final Multiaddr address) {
    return address
        .value(AddressProtocol.IP4)
        .or(() -> address.value(AddressProtocol.IP6))
        .filter(ip -> InetAddress.ofLiteral(ip).isLoopbackAddress())
        .isPresent();
  }

  /** A stream is over when both sides have closed, so the peer's end is waited for. */
  private static void drain(final Stream stream) {
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure == null && bytes.length > 0) {
                    stream.reset();
                  }
                }));
  }

  @Override
  public CompletableFuture<Void> tell(final PeerAddresses to, final KadMessage request) {
    return with(
        to,
        stream ->
            stream
                .write(MessageReader.frame(KadCodec.encode(request)))
                .thenCompose(sent -> stream.closeWrite())
                .thenRun(() -> drain(stream)));
  }

  @Override
  public CompletableFuture<PeerAddresses> reach(final PeerAddresses peer) {
    return onOwner(host.connect(peer.peer(), peer.addresses()).thenApply(this::where));
  }

  @Override
  public Optional<PeerAddresses> connected(final PeerId peer) {
    return host.connection(peer).map(this::where);
  }

  /** Where a connection leads; the peer may have dialled from a port where nobody listens. */
  private PeerAddresses where(final Connection connection) {
    final PeerId peer = connection.remotePeer();
    final List<Multiaddr> said = addresses(peer);
    return new PeerAddresses(peer, said.isEmpty() ? List.of(connection.remoteAddress()) : said);
  }

  @Override
  public List<PeerId> servers() {
    return host.connections().stream()
        .map(Connection::remotePeer)
        .distinct()
        .filter(
            peer ->
                host.peers()
                    .info(peer)
                    .filter(info -> info.protocols().contains(params.protocol()))
                    .isPresent())
        .toList();
  }

  /** Only what the peer has said over a connection of its own. */
  @Override
  public List<Multiaddr> addresses(final PeerId peer) {
    return host.peers().info(peer).map(PeerInfo::listenAddresses).orElse(List.of());
  }

  @Override
  public List<Multiaddr> own() {
    return host.addresses();
  }
}
