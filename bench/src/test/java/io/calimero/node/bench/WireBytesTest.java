// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class WireBytesTest {
  private static final Set<Integer> PORTS = Set.of(2428);

  private static String socket(
      final String local, final String remote, final String process, final String about) {
    return "ESTAB 0      0      " + local + " " + remote + process + "\n\t bbr rtt:1/2 " + about;
  }

  private static String output(final long here, final long there) {
    return String.join(
        "\n",
        socket("127.0.0.1:2428", "127.0.0.1:4000", " users:((\"java\",pid=7,fd=9))", sent(here)),
        socket("127.0.0.1:4000", "127.0.0.1:2428", "", sent(there)),
        socket("[::1]:8080", "[::1]:4001", " users:((\"java\",pid=7,fd=8))", sent(1000)),
        "LISTEN 0 128 127.0.0.1:2428 0.0.0.0:*",
        "");
  }

  private static String sent(final long bytes) {
    return (bytes == 0 ? "" : "bytes_sent:" + bytes + " bytes_acked:1 ") + "bytes_received:5";
  }

  @Test
  void whatTheConnectionsOfTheNodesHaveSentIsCountedAndNothingElse() {
    final WireBytes before = WireBytes.parse(output(100, 0), PORTS).orElseThrow();
    final WireBytes after = WireBytes.parse(output(150, 30), PORTS).orElseThrow();

    assertThat(after.since(before).orElseThrow().total()).isEqualTo(80);
    assertThat(after.since(before).orElseThrow().sent())
        .containsEntry(new WireBytes.End("127.0.0.1:2428", "127.0.0.1:4000", 7), 50L)
        .containsEntry(new WireBytes.End("127.0.0.1:4000", "127.0.0.1:2428", -1), 30L)
        .hasSize(2);
  }

  @Test
  void whereAConnectionHasEndedNothingIsClaimed() {
    final WireBytes before = WireBytes.parse(output(100, 100), PORTS).orElseThrow();
    final WireBytes after =
        WireBytes.parse(socket("127.0.0.1:2428", "127.0.0.1:4000", "", sent(9)), PORTS)
            .orElseThrow();

    assertThat(after.since(before)).isEmpty();
  }

  @Test
  void whatCountsNoBytesIsNoMeasurement() {
    assertThat(WireBytes.parse("", PORTS)).isEmpty();
    assertThat(WireBytes.parse(output(0, 0), PORTS)).isEmpty();
  }
}
