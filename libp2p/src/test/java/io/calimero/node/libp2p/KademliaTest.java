// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.internal.host.Hosts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table over real hosts. */
final class KademliaTest {
  private static final KadParams PARAMS = KadParams.DEFAULT.withPlain(RecordValidator.ANY);

  private final Hosts hosts = new Hosts();
  private final List<Dht> tables = new ArrayList<>();

  @AfterEach
  void stop() {
    tables.forEach(table -> await(table.stop()));
    hosts.close();
  }

  private Dht table(final Host host, final KadParams params) {
    final Dht table = Kademlia.start(host, params);
    tables.add(table);
    return table;
  }

  /** Connects and waits until both have identified one another. */
  private static void meet(final Host from, final Host to) {
    final CompletableFuture<Void> here = identified(from, to.id());
    final CompletableFuture<Void> there = identified(to, from.id());
    Hosts.connect(from, to);
    await(here);
    await(there);
  }

  private static CompletableFuture<Void> identified(final Host at, final PeerId peer) {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    at.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            if (connection.remotePeer().equals(peer)) {
              done.complete(null);
            }
          }
        });
    return done;
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void peersThatDoNotKnowOneAnotherFindWhatTheyHave() {
    final Host middle = hosts.start();
    final Host left = hosts.start();
    final Host right = hosts.start();
    final Dht known = table(middle, PARAMS);
    final Dht asking = table(left, PARAMS.withServer(false));
    final Dht having = table(right, PARAMS);
    meet(left, middle);
    meet(right, middle);
    assertThat(left.protocols()).doesNotContain(PARAMS.protocol());
    assertThat(await(known.table())).extracting(PeerAddresses::peer).containsExactly(right.id());
    assertThat(await(having.put(new byte[64], bytes("a value")))).isEqualTo(1);
    assertThat(await(having.advertise(bytes("a key")))).isEqualTo(1);
    assertThat(await(asking.get(new byte[64]))).contains(bytes("a value"));
    assertThat(await(asking.get(new byte[63]))).isEmpty();
    assertThat(await(asking.findProviders(bytes("a key"), 5)))
        .containsExactly(new PeerAddresses(right.id(), right.addresses()));
    assertThat(await(asking.findPeer(right.id())))
        .contains(new PeerAddresses(right.id(), right.addresses()));
    assertThat(left.connection(right.id())).isPresent();
    assertThat(await(asking.closest(bytes("a key")))).hasSize(2);
  }

  @Test
  void aServerBecomesAClientAndBack() {
    final Host host = hosts.start();
    final Host other = hosts.start();
    final Dht table = table(host, PARAMS);
    final Dht asking = table(other, PARAMS.withServer(false));
    meet(other, host);
    assertThat(await(asking.bootstrap())).isEqualTo(1);
    await(table.serve(false));
    assertThat(host.protocols()).doesNotContain(PARAMS.protocol());
    await(table.serve(true));
    assertThat(host.protocols()).contains(PARAMS.protocol());
  }

  @Test
  void requestsThatMakeNoSenseEndTheirStreamAndNothingElse() {
    final Host host = hosts.start();
    final Host hostile = hosts.start();
    final Dht table = table(host, PARAMS);
    final Connection connection = Hosts.connect(hostile, host);
    for (final byte[] sent :
        List.of(new byte[] {3, 8, 9, 0}, new byte[] {(byte) 0xff, (byte) 0xff, 0x7f})) {
      final Stream stream = await(connection.openStream(List.of(PARAMS.protocol())));
      await(stream.write(sent));
      assertThatThrownBy(() -> await(stream.read())).isInstanceOf(StreamException.class);
    }
    assertThat(await(table.table())).isEmpty();
  }

  /** Each of these is answered by nothing, so that nothing makes the server wait between them. */
  @Test
  void aFloodOfSmallRequestsInOneWriteIsTakenWithoutDeepStacks() {
    final Host host = hosts.start();
    final Host hostile = hosts.start();
    final Dht table = table(host, PARAMS);
    final Connection connection = Hosts.connect(hostile, host);
    final Stream stream = await(connection.openStream(List.of(PARAMS.protocol())));
    final byte[] addProvider = {5, 8, 2, 18, 1, 65};
    final byte[] ping = {2, 8, 5};
    final int count = 20_000;
    final byte[] flood = new byte[count * addProvider.length + ping.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(addProvider, 0, flood, i * addProvider.length, addProvider.length);
    }
    System.arraycopy(ping, 0, flood, count * addProvider.length, ping.length);
    await(stream.write(flood));
    assertThat(await(stream.read())).isEqualTo(ping);
    stream.reset();
    assertThat(await(table.table())).isEmpty();
  }

  @Test
  void afterTheStopNothingIsDone() {
    final Dht table = table(hosts.start(), PARAMS);
    await(table.stop());
    await(table.stop());
    assertThatThrownBy(() -> await(table.get(bytes("key"))))
        .isInstanceOf(IllegalStateException.class);
  }
}
