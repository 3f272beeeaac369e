// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PeerStore;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Identify and identify push: peers tell one another what they are (identify specification). */
public final class Identify {
  /** Asks a peer what it is. */
  public static final String ID = "/ipfs/id/1.0.0";

  /** Tells a peer what this host has become. */
  public static final String PUSH = "/ipfs/id/push/1.0.0";

  private static final int MAX_MESSAGE = 64 * 1024;

  private final PrivateKey key;
  private final InstantSource clock;
  private final Supplier<PeerInfo> self;
  private final PeerStore store;
  private final BiConsumer<Connection, PeerInfo> learned;

  /**
   * Speaks for the host of {@code key}.
   *
   * @param self what to say of it, but for the observed address
   * @param store keeps signed records
   * @param learned takes what peers say of themselves
   */
  public Identify(
      final PrivateKey key,
      final InstantSource clock,
      final Supplier<PeerInfo> self,
      final PeerStore store,
      final BiConsumer<Connection, PeerInfo> learned) {
    this.key = key;
    this.clock = clock;
    this.self = self;
    this.store = store;
    this.learned = learned;
  }

  /** Answers a peer that asks. */
  public void answer(final Stream stream) {
    Futures.ignore(tell(stream));
  }

  /** Takes what a peer pushes. */
  public void pushed(final Stream stream) {
    Futures.ignore(
        listen(stream)
            .whenComplete(
                (info, failure) -> {
                  if (failure != null) {
                    stream.reset();
                  } else {
                    Futures.ignore(stream.closeWrite());
                  }
                }));
  }

  /** Asks the peer of {@code connection} what it is. */
  public CompletableFuture<PeerInfo> ask(final Connection connection) {
    return connection
        .openStreamEvenIfLimited(List.of(ID))
        .thenCompose(
            stream -> {
              Futures.ignore(stream.closeWrite());
              return listen(stream)
                  .whenComplete(
                      (info, failure) -> {
                        if (failure != null) {
                          stream.reset();
                        }
                      });
            });
  }

  /** Tells the peer of {@code connection} what this host is now. */
  public CompletableFuture<Void> push(final Connection connection) {
    return connection.openStreamEvenIfLimited(List.of(PUSH)).thenCompose(this::tell);
  }

  private CompletableFuture<Void> tell(final Stream stream) {
    final PeerInfo info = self.get();
    final PeerInfo seen =
        new PeerInfo(
            info.protocolVersion(),
            info.agentVersion(),
            info.protocols(),
            info.listenAddresses(),
            Optional.of(stream.connection().remoteAddress())
                .filter(at -> !at.components().isEmpty())
                // Where the relay is says nothing of where the peer is.
                .filter(at -> !at.has(AddressProtocol.P2P_CIRCUIT)));
    final byte[] signed =
        new PeerRecord(key.peerId(), clock.millis(), info.listenAddresses()).seal(key);
    final byte[] message =
        new IdentifyMessage(
                seen, ByteString.copyFrom(key.publicKey().encode()), ByteString.copyFrom(signed))
            .encode();
    return stream
        .write(MessageReader.frame(message))
        .thenCompose(done -> stream.closeWrite())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                stream.reset();
              } else {
                drain(stream);
              }
            });
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

  private CompletableFuture<PeerInfo> listen(final Stream stream) {
    return new MessageReader(stream, MAX_MESSAGE)
        .next()
        .thenApply(
            message -> {
              final Connection connection = stream.connection();
              final PeerInfo info =
                  check(
                      connection,
                      IdentifyMessage.decode(
                          message.orElseThrow(
                              () -> new MalformedException("The peer said nothing of itself"))));
              learned.accept(connection, info);
              drain(stream);
              return info;
            });
  }

  private PeerInfo check(final Connection connection, final IdentifyMessage message) {
    if (!message.publicKey().isEmpty()
        && !PublicKey.decode(message.publicKey().toByteArray()).equals(connection.remoteKey())) {
      throw new AuthenticationException(
          connection.remotePeer() + " identifies itself by the key of somebody else");
    }
    if (message.signedRecord().isEmpty()) {
      return message.info();
    }
    final byte[] envelope = message.signedRecord().toByteArray();
    final PeerRecord signed = PeerRecord.open(envelope);
    if (!signed.peer().equals(connection.remotePeer())) {
      throw new AuthenticationException(
          connection.remotePeer() + " shows the record of somebody else");
    }
    store.signed(signed.peer(), envelope);
    // What is signed counts more than what is only said.
    final List<Multiaddr> addresses = signed.addresses();
    final PeerInfo said = message.info();
    return new PeerInfo(
        said.protocolVersion(),
        said.agentVersion(),
        said.protocols(),
        addresses.isEmpty() ? said.listenAddresses() : addresses,
        said.observedAddress());
  }
}
