// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.autonat;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.AutoNatLimits;
import io.calimero.node.libp2p.AutoNatParams;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionGate;
import io.calimero.node.libp2p.Direction;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.Reachability;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that dial one another back, on loopback; and those that mean harm by it. */
final class AutoNatTest {
  private static final AutoNatParams ONE = new AutoNatParams(Duration.ofMinutes(1), 1, true);
  private static final AutoNatLimits HERE = AutoNatLimits.DEFAULT.withPrivateAddresses();

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host server() {
    return hosts.start(builder -> builder.autoNatServer(HERE));
  }

  private static CompletableFuture<Reachability> known(final Host host) {
    final CompletableFuture<Reachability> known = new CompletableFuture<>();
    host.addListener(
        new HostListener() {
          @Override
          public void reachabilityChanged(final Reachability reachability) {
            known.complete(reachability);
          }
        });
    return known;
  }

  private static MessageStream open(final Connection connection, final String protocol) {
    final Stream stream = await(connection.openStream(List.of(protocol)));
    return messages(stream);
  }

  private static MessageStream messages(final Stream stream) {
    return new MessageStream(
        stream,
        AutoNatServer.MAX_MESSAGE,
        new EventLoopTimers(GlobalEventExecutor.INSTANCE),
        Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostThatCanBeDialledLearnsSo(final boolean version2) {
    final Host server = server();
    if (!version2) {
      server.unhandle(AutoNatServer.V2_REQUEST);
    }
    final Host host = hosts.start(builder -> builder.autoNat(ONE));
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
    final CompletableFuture<Reachability> known = known(host);
    connect(host, server);
    assertThat(await(known)).isEqualTo(Reachability.PUBLIC);
    assertThat(host.reachability()).isEqualTo(Reachability.PUBLIC);
    assertThat(host.reachability(host.addresses().getFirst())).isEqualTo(Reachability.PUBLIC);
    final Multiaddr other = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    assertThat(host.reachability(other)).isEqualTo(Reachability.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostThatCannotBeDialledLearnsSo(final boolean version2) {
    // As behind a router, the host can dial out and nothing comes in.
    final ConnectionGate inOnly =
        new ConnectionGate() {
          @Override
          public boolean allows(final Multiaddr address, final Direction direction) {
            return direction == Direction.INBOUND;
          }
        };
    final Host server = hosts.start(builder -> builder.autoNatServer(HERE).gate(inOnly));
    if (!version2) {
      server.unhandle(AutoNatServer.V2_REQUEST);
    }
    final Host host = hosts.start(builder -> builder.autoNat(ONE));
    final CompletableFuture<Reachability> known = known(host);
    connect(host, server);
    assertThat(await(known)).isEqualTo(Reachability.PRIVATE);
  }

  @Test
  void anotherAddressThanTheOwnIsPaidFor() {
    final Host server = server();
    final Host host = hosts.start(builder -> builder.autoNat(ONE).listen("/ip4/127.0.0.2/tcp/0"));
    final CompletableFuture<Reachability> known = known(host);
    connect(host, server);
    assertThat(await(known)).isEqualTo(Reachability.PUBLIC);
  }

  /** Waits for whoever asks to be dialled at a place that {@code victim} has. */
  private static void assertLeftAlone(final ServerSocket victim) throws IOException {
    victim.setSoTimeout(200);
    assertThatThrownBy(victim::accept).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void whoeverDoesNotPayHasNobodyDialled() throws IOException {
    final Host server = server();
    final Connection connection = connect(hosts.start(), server);
    try (ServerSocket victim = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.2"))) {
      final Multiaddr at = Multiaddr.parse("/ip4/127.0.0.2/tcp/" + victim.getLocalPort());
      final byte[] request = ProbeMessage.Request.about(List.of(at), 7).encode();
      final MessageStream empty = open(connection, AutoNatServer.V2_REQUEST);
      final ProbeMessage price = ProbeMessage.decode(await(empty.ask(request)));
      assertThat(price).isInstanceOf(ProbeMessage.DataRequest.class);
      assertThat(((ProbeMessage.DataRequest) price).bytes()).isBetween(30_000L, 100_000L);
      assertThatThrownBy(() -> await(empty.ask(new ProbeMessage.Data(ByteString.EMPTY).encode())))
          .isInstanceOf(StreamException.class);
      final MessageStream little = open(connection, AutoNatServer.V2_REQUEST);
      await(little.ask(request));
      await(little.send(new ProbeMessage.Data(ByteString.copyFrom(new byte[4096])).encode()));
      await(little.stream().closeWrite());
      assertThatThrownBy(() -> await(little.next())).isInstanceOf(Libp2pException.class);
      assertLeftAlone(victim);
    }
  }

  @Test
  void version1DialsNobodyElse() throws IOException {
    final Host server = server();
    final Host host = hosts.start();
    final Connection connection = connect(host, server);
    try (ServerSocket victim = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.2"))) {
      final Multiaddr at = Multiaddr.parse("/ip4/127.0.0.2/tcp/" + victim.getLocalPort());
      final DialMessage other = new DialMessage.Dial(host.id(), List.of(at));
      assertThat(ask1(connection, other)).isEqualTo(DialMessage.Status.E_DIAL_REFUSED);
      final DialMessage stranger = new DialMessage.Dial(server.id(), host.addresses());
      assertThat(ask1(connection, stranger)).isEqualTo(DialMessage.Status.E_BAD_REQUEST);
      assertLeftAlone(victim);
    }
  }

  private static DialMessage.Status ask1(final Connection connection, final DialMessage request) {
    final byte[] answer = await(open(connection, AutoNatServer.V1).ask(request.encode()));
    return ((DialMessage.Response) DialMessage.decode(answer)).status();
  }

  @Test
  void privateAddressesAreNotDialledUnlessAskedFor() {
    final Host server = hosts.start(builder -> builder.autoNatServer(AutoNatLimits.DEFAULT));
    final Host host = hosts.start();
    final Connection connection = connect(host, server);
    assertThat(ask1(connection, new DialMessage.Dial(host.id(), host.addresses())))
        .isEqualTo(DialMessage.Status.E_DIAL_REFUSED);
    assertThat(ask2(connection, host.addresses()).status()).isEqualTo(ProbeMessage.DIAL_REFUSED);
  }

  private static ProbeMessage.Response ask2(
      final Connection connection, final List<Multiaddr> addresses) {
    final byte[] request = ProbeMessage.Request.about(addresses, 7).encode();
    final byte[] answer = await(open(connection, AutoNatServer.V2_REQUEST).ask(request));
    return (ProbeMessage.Response) ProbeMessage.decode(answer);
  }

  @Test
  void tooManyRequestsAreRejected() {
    final Host server = hosts.start(builder -> builder.autoNatServer(HERE.withRequests(10, 2)));
    final Host host = hosts.start();
    final Connection connection = connect(host, server);
    // The host does not ask, so it knows no nonce: dialled it is, and the nonce not taken.
    for (int i = 0; i < 2; i++) {
      assertThat(ask2(connection, host.addresses()))
          .isEqualTo(new ProbeMessage.Response(ProbeMessage.OK, 0, ProbeMessage.DIAL_BACK_ERROR));
    }
    assertThat(ask2(connection, host.addresses()).status())
        .isEqualTo(ProbeMessage.REQUEST_REJECTED);
  }

  /** A host, and the answer of a server of version 2 that behaves as {@code lie} does. */
  private Host deceived(final Consumer<MessageStream> lie) {
    final CompletableFuture<Void> told = new CompletableFuture<>();
    final Host server = hosts.start();
    server.handle(
        AutoNatServer.V2_REQUEST,
        stream -> {
          lie.accept(messages(stream));
          Futures.ignore(stream.closed().thenRun(() -> told.complete(null)));
        });
    final Host host = hosts.start(builder -> builder.autoNat(ONE));
    connect(host, server);
    await(told);
    return host;
  }

  @Test
  void aServerThatDidNotDialIsNotBelieved() {
    final Host host =
        deceived(
            messages -> {
              final byte[] lie = new ProbeMessage.Response(200, 0, ProbeMessage.OK).encode();
              Futures.ignore(messages.next().thenRun(() -> messages.finish(lie)));
            });
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void aServerThatAsksForTooMuchGetsNothing() {
    final CompletableFuture<byte[]> paid = new CompletableFuture<>();
    final Host host =
        deceived(
            messages -> {
              final byte[] price = new ProbeMessage.DataRequest(0, 1 << 30).encode();
              Futures.ignore(
                  messages
                      .next()
                      .thenCompose(request -> messages.ask(price))
                      .whenComplete(
                          (bytes, failure) ->
                              paid.complete(failure == null ? bytes : new byte[0])));
            });
    assertThat(await(paid)).isEmpty();
    assertThat(host.reachability()).isEqualTo(Reachability.UNKNOWN);
  }

  @Test
  void aNonceThatNobodySentIsNotTaken() {
    final Host host = hosts.start(builder -> builder.autoNat(ONE));
    final Connection connection = connect(hosts.start(), host);
    final MessageStream back = open(connection, AutoNatServer.V2_BACK);
    assertThatThrownBy(() -> await(back.ask(ProbeMessage.encodeNonce(1))))
        .isInstanceOf(StreamException.class);
  }

  @Test
  void aMessageThatIsTooLongEndsTheStream() {
    final Host server = server();
    final Connection connection = connect(hosts.start(), server);
    for (final String protocol : List.of(AutoNatServer.V1, AutoNatServer.V2_REQUEST)) {
      final Stream stream = await(connection.openStream(List.of(protocol)));
      await(stream.write(new byte[] {(byte) 0xff, (byte) 0xff, 0x7f}));
      assertThatThrownBy(
              () -> {
                final byte[] answer = await(messages(stream).next());
                assertThat(((DialMessage.Response) DialMessage.decode(answer)).status())
                    .isEqualTo(DialMessage.Status.E_BAD_REQUEST);
                await(messages(stream).next());
              })
          .isInstanceOf(Libp2pException.class);
    }
    assertThat(connection.closed()).isNotDone();
  }
}
