// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.rendezvous;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Rendezvous;
import io.calimero.node.libp2p.RendezvousLimits;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.protocols.MessageStream;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discover;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Discovered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Register;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Registered;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Status;
import io.calimero.node.libp2p.internal.rendezvous.RendezvousMessage.Unregister;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that find one another at a point, tried against each other; and those that mean harm. */
final class RendezvousTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);

  private final Hosts hosts = new Hosts();

  /** The point's own time; near the others', because certificates have theirs. */
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host point(final RendezvousLimits limits) {
    return hosts.start(
        builder ->
            builder.rendezvousPoint(limits).clock(() -> now.updateAndGet(at -> at.plusNanos(1))));
  }

  private Host client(final Host point) {
    final Host host = hosts.start();
    connect(host, point);
    return host;
  }

  private static Rendezvous.Page discover(
      final Host host, final Host point, final String namespace, final String cookie) {
    return await(host.rendezvous().discover(point.id(), namespace, 10, cookie));
  }

  private static List<PeerId> peers(final Rendezvous.Page page) {
    return page.peers().stream().map(Rendezvous.Found::peer).toList();
  }

  private static MessageStream open(final Connection connection) {
    return messages(await(connection.openStream(List.of(Rendezvous.PROTOCOL))));
  }

  private static MessageStream messages(final Stream stream) {
    return new MessageStream(
        stream, 1 << 20, new EventLoopTimers(GlobalEventExecutor.INSTANCE), Duration.ofSeconds(20));
  }

  @Test
  void whoHasRegisteredIsFoundAndCanBeDialled() {
    final Host point = point(RendezvousLimits.DEFAULT);
    final Host one = client(point);
    final Host other = client(point);
    assertThat(await(one.rendezvous().register(point.id(), "chess", HOUR))).isEqualTo(HOUR);
    assertThat(peers(discover(other, point, "go", ""))).isEmpty();
    final Rendezvous.Page page = discover(other, point, "chess", "");
    assertThat(page.peers())
        .containsExactly(new Rendezvous.Found("chess", one.id(), one.addresses(), HOUR));
    assertThat(await(other.connect(one.id(), List.of())).remotePeer()).isEqualTo(one.id());
    // The cookie leads to what came later only.
    assertThat(peers(discover(other, point, "chess", page.cookie()))).isEmpty();
    await(other.rendezvous().register(point.id(), "chess", Duration.ZERO));
    final Rendezvous.Page later = discover(one, point, "chess", page.cookie());
    assertThat(peers(later)).containsExactly(other.id());
    assertThat(later.peers().getFirst().lifetime()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void registrationsEndWithTheirTimeOrWhenTheyAreTakenBack() {
    final Host point = point(RendezvousLimits.DEFAULT);
    final Host host = client(point);
    await(host.rendezvous().register(point.id(), "short", Duration.ofMinutes(1)));
    await(host.rendezvous().register(point.id(), "long", HOUR));
    now.updateAndGet(at -> at.plusSeconds(61));
    assertThat(peers(discover(host, point, "short", ""))).isEmpty();
    assertThat(peers(discover(host, point, "", ""))).containsExactly(host.id());
    await(host.rendezvous().unregister(point.id(), "long"));
    assertThat(peers(discover(host, point, "", ""))).isEmpty();
    for (final Duration wrong : List.of(Duration.ofSeconds(1), Duration.ofHours(73))) {
      assertThatThrownBy(() -> await(host.rendezvous().register(point.id(), "x", wrong)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("E_INVALID_TTL");
    }
  }

  @Test
  void manyRegistrationsComeInPages() {
    final Host point = point(RendezvousLimits.DEFAULT.withRequests(3, 120));
    final Host host = client(point);
    for (int i = 0; i < 7; i++) {
      await(host.rendezvous().register(point.id(), "room " + i, HOUR));
    }
    // Whoever registers again comes last.
    await(host.rendezvous().register(point.id(), "room 0", HOUR));
    final List<String> found = new ArrayList<>();
    String cookie = "";
    int pages = 0;
    for (Rendezvous.Page page = discover(host, point, "", cookie);
        !page.peers().isEmpty();
        page = discover(host, point, "", cookie)) {
      page.peers().forEach(each -> found.add(each.namespace()));
      cookie = page.cookie();
      pages++;
    }
    assertThat(found)
        .containsExactly("room 1", "room 2", "room 3", "room 4", "room 5", "room 6", "room 0");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void aCookieIsGoodForItsPointAndNamespaceOnly() {
    final Host point = point(RendezvousLimits.DEFAULT);
    final Host host = client(point);
    await(host.rendezvous().register(point.id(), "a", HOUR));
    final String cookie = discover(host, point, "a", "").cookie();
    final Host other = point(RendezvousLimits.DEFAULT);
    connect(host, other);
    assertThatThrownBy(() -> discover(host, point, "b", cookie))
        .hasMessageContaining("E_INVALID_COOKIE");
    assertThatThrownBy(() -> discover(host, other, "a", cookie))
        .hasMessageContaining("E_INVALID_COOKIE");
    assertThatThrownBy(() -> discover(host, point, "a", "AAAA"))
        .hasMessageContaining("E_INVALID_COOKIE");
    assertThatThrownBy(() -> discover(host, point, "a", "?"))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void thePointHasRoomForSoManyOnly() {
    final Host point = point(RendezvousLimits.DEFAULT.withRegistrations(3, 2));
    final Host one = client(point);
    await(one.rendezvous().register(point.id(), "a", HOUR));
    await(one.rendezvous().register(point.id(), "b", HOUR));
    await(one.rendezvous().register(point.id(), "b", HOUR));
    assertThatThrownBy(() -> await(one.rendezvous().register(point.id(), "c", HOUR)))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("E_UNAVAILABLE");
    final Host other = client(point);
    await(other.rendezvous().register(point.id(), "a", HOUR));
    assertThatThrownBy(() -> await(other.rendezvous().register(point.id(), "b", HOUR)))
        .isInstanceOf(LimitException.class);
    // What has expired makes room.
    now.updateAndGet(at -> at.plus(HOUR));
    await(other.rendezvous().register(point.id(), "b", HOUR));
  }

  @Test
  void aRecordThatIsNotTheSendersOrIsOldIsRefused() {
    final Host point = point(RendezvousLimits.DEFAULT);
    final Host host = hosts.start(builder -> builder, KEY);
    final Connection connection = connect(host, point);
    final Multiaddr at = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");
    final byte[] older = new PeerRecord(KEY.peerId(), 7, List.of(at)).seal(KEY);
    final byte[] newer = new PeerRecord(KEY.peerId(), 8, List.of(at)).seal(KEY);
    assertThat(register(connection, "x", older)).isEqualTo(Status.OK);
    assertThat(register(connection, "x", newer)).isEqualTo(Status.OK);
    assertThat(register(connection, "x", older)).isEqualTo(Status.E_INVALID_SIGNED_PEER_RECORD);
    assertThat(register(connection, "x", new byte[] {1, 2, 3}))
        .isEqualTo(Status.E_INVALID_SIGNED_PEER_RECORD);
    assertThat(register(connection, "x", new byte[5000]))
        .isEqualTo(Status.E_INVALID_SIGNED_PEER_RECORD);
    assertThat(register(connection, "", newer)).isEqualTo(Status.E_INVALID_NAMESPACE);
    assertThat(register(connection, "x".repeat(256), newer)).isEqualTo(Status.E_INVALID_NAMESPACE);
    // What another peer has registered cannot be registered again by whoever has seen it.
    final Connection thief = connect(hosts.start(), point);
    assertThat(register(thief, "x", newer)).isEqualTo(Status.E_NOT_AUTHORIZED);
  }

  private static Status register(
      final Connection connection, final String namespace, final byte[] signed) {
    final Register request = new Register(namespace, ByteString.copyFrom(signed), 7200);
    final byte[] answer = await(open(connection).ask(request.encode()));
    return ((Registered) RendezvousMessage.decode(answer)).status();
  }

  @Test
  void tooManyRequestsAndTooLongOnesEndTheStream() {
    final Host point = point(RendezvousLimits.DEFAULT.withRequests(10, 3));
    final Connection connection = connect(hosts.start(), point);
    final MessageStream messages = open(connection);
    final byte[] request = new Discover("x", 1, ByteString.EMPTY).encode();
    for (int i = 0; i < 3; i++) {
      await(messages.ask(request));
    }
    assertThatThrownBy(() -> await(messages.ask(request))).isInstanceOf(Libp2pException.class);
    final MessageStream huge = open(connection);
    await(huge.stream().write(new byte[] {(byte) 0xff, (byte) 0xff, 0x7f}));
    assertThatThrownBy(() -> await(huge.next())).isInstanceOf(Libp2pException.class);
    assertThat(connection.closed()).isNotDone();
  }

  private Host lying(final Discovered answer) {
    final Host point = hosts.start();
    point.handle(
        Rendezvous.PROTOCOL,
        stream -> {
          final MessageStream messages = messages(stream);
          Futures.ignore(messages.next().thenAccept(bytes -> messages.finish(answer.encode())));
        });
    return point;
  }

  @Test
  void aPointCannotMakePeersUp() {
    final Multiaddr at = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");
    final byte[] seed = new byte[32];
    seed[0] = 1;
    final PrivateKey other = PrivateKey.ofSeed(seed);
    final ByteString forged =
        ByteString.copyFrom(new PeerRecord(KEY.peerId(), 1, List.of(at)).seal(other));
    final ByteString real =
        ByteString.copyFrom(new PeerRecord(KEY.peerId(), 1, List.of(at)).seal(KEY));
    final Host point =
        lying(
            new Discovered(
                List.of(
                    new Register("x", forged, 60),
                    new Register("x", ByteString.EMPTY, 60),
                    new Register("y", real, 60),
                    new Register("x", real, -1)),
                ByteString.EMPTY,
                Status.OK,
                ""));
    final Host host = hosts.start();
    connect(host, point);
    assertThat(discover(host, point, "x", "").peers())
        .containsExactly(new Rendezvous.Found("x", KEY.peerId(), List.of(at), Duration.ZERO));
    assertThatThrownBy(() -> await(host.rendezvous().discover(point.id(), "x", 3, "")))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than it was asked");
  }

  @Test
  void messagesHaveTheBytesOfTheSpecification() {
    final ByteString three = ByteString.copyFrom(new byte[] {1, 2, 3});
    assertHex(
        new Register("ab", three, 7200), "0800" + "120c" + "0a026162" + "1203010203" + "18a038");
    assertHex(
        new Registered(Status.E_INVALID_TTL, "no", 0),
        "0801" + "1a08" + "0866" + "12026e6f" + "1800");
    assertHex(new Unregister("ab"), "0802" + "2204" + "0a026162");
    assertHex(new Discover("ab", 5, three), "0803" + "2a0b" + "0a026162" + "1005" + "1a03010203");
    assertHex(new Discover("", 0, ByteString.EMPTY), "0803" + "2a00");
    assertHex(
        new Discovered(List.of(new Register("a", three, 0)), three, Status.E_UNAVAILABLE, ""),
        "0804" + "3214" + "0a08" + "0a0161" + "1203010203" + "1203010203" + "189003" + "2200");
  }

  private static void assertHex(final RendezvousMessage message, final String hex) {
    assertThat(HexFormat.of().formatHex(message.encode())).isEqualTo(hex);
    assertThat(RendezvousMessage.decode(message.encode())).isEqualTo(message);
  }

  @Property(tries = 1000)
  void whateverArrivesIsReadOrRefused(@ForAll final byte[] bytes) {
    readOrRefused(bytes);
  }

  @Property(tries = 1000)
  void damageIsReadOrRefused(@ForAll final int at, @ForAll final byte value) {
    final ByteString three = ByteString.copyFrom(new byte[] {1, 2, 3});
    final byte[] bytes =
        new Discovered(List.of(new Register("a", three, 1)), three, Status.OK, "x").encode();
    bytes[Math.floorMod(at, bytes.length)] = value;
    readOrRefused(bytes);
  }

  private static void readOrRefused(final byte[] bytes) {
    try {
      assertThat(RendezvousMessage.decode(bytes)).isNotNull();
    } catch (final Libp2pException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
