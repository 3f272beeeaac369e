// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calimero.node.libp2p.Dht;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Kademlia;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.RecordValidator;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.calimero.node.libp2p.internal.wire.Multihash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A table of which one peer is js-libp2p, the only one that the others are connected to. */
@Execution(ExecutionMode.CONCURRENT)
final class JsKademliaIT {
  private static final KadParams PARAMS =
      KadParams.DEFAULT.withValidator("test", RecordValidator.ANY);
  private static final HexFormat HEX = HexFormat.of();

  private final Hosts hosts = new Hosts();
  private final List<Dht> tables = new ArrayList<>();

  @AfterEach
  void stop() {
    tables.forEach(table -> await(table.stop()));
    hosts.close();
  }

  private Dht join(final Host host, final JsPeer js) {
    final Dht table = Kademlia.start(host, PARAMS);
    tables.add(table);
    await(host.connect(js.id(), js.addresses()));
    Eventually.holds(
        () -> await(table.table()).stream().anyMatch(peer -> peer.peer().equals(js.id())));
    return table;
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(final String text) {
    return HEX.formatHex(bytes(text));
  }

  /** A key that js takes for providers. */
  private static byte[] multihash(final String content) {
    return Multihash.sha256(bytes(content)).encode();
  }

  @Test
  void whatOneKeepsTheOthersFind() {
    try (JsPeer js = JsPeer.start("{\"kad\":\"server\"}")) {
      final Host left = hosts.start();
      final Host right = hosts.start();
      final Dht leftTable = join(left, js);
      final Dht rightTable = join(right, js);
      Eventually.holds(() -> js.ask("kadTable").get("size").asInt() == 2);
      values(js, leftTable, rightTable);
      providers(js, left, leftTable, rightTable);
      peers(js, left, right, leftTable);
    }
  }

  private static void values(final JsPeer js, final Dht left, final Dht right) {
    assertThat(await(left.put(bytes("/test/ours"), bytes("from the JVM")))).isPositive();
    assertThat(js.ask("kadGet", "key", hex("/test/ours")).get("value").asText())
        .isEqualTo(hex("from the JVM"));
    assertThat(await(right.get(bytes("/test/ours")))).contains(bytes("from the JVM"));
    js.ask("kadPut", "key", hex("/test/theirs"), "value", hex("from js"));
    assertThat(await(left.get(bytes("/test/theirs")))).contains(bytes("from js"));
    assertThat(await(right.get(bytes("/test/theirs")))).contains(bytes("from js"));
    assertThat(await(left.get(bytes("/test/nothing")))).isEmpty();
    assertThatThrownBy(() -> js.ask("kadGet", "key", hex("/test/nothing")))
        .hasMessageContaining("js failed");
  }

  private static void providers(
      final JsPeer js, final Host left, final Dht leftTable, final Dht rightTable) {
    final byte[] ours = multihash("ours");
    assertThat(await(leftTable.advertise(ours))).isPositive();
    final JsonNode told = js.ask("kadProviders", "key", HEX.formatHex(ours)).get("peers");
    assertThat(told.toString())
        .contains(left.id().toString())
        .contains(left.addresses().getFirst().toString());
    assertThat(await(rightTable.findProviders(ours, 1)))
        .containsExactly(new PeerAddresses(left.id(), left.addresses()));
    final byte[] theirs = multihash("theirs");
    js.ask("kadProvide", "key", HEX.formatHex(theirs));
    assertThat(await(rightTable.findProviders(theirs, 1)))
        .containsExactly(new PeerAddresses(js.id(), js.addresses()));
  }

  private void peers(final JsPeer js, final Host left, final Host right, final Dht leftTable) {
    assertThat(await(leftTable.findPeer(right.id())))
        .contains(new PeerAddresses(right.id(), right.addresses()));
    // One that js has never met, and that only a JVM peer knows.
    final Host behind = hosts.start();
    final Dht table = Kademlia.start(behind, PARAMS);
    tables.add(table);
    Hosts.connect(behind, left);
    Eventually.holds(
        () -> await(leftTable.table()).stream().anyMatch(p -> p.peer().equals(behind.id())));
    assertThat(js.ask("kadFindPeer", "peer", behind.id().toString()).get("addresses").toString())
        .contains(behind.addresses().getFirst().toString());
  }
}
