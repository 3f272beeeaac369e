// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.internal.host.Hosts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class P2pToolTest {
  private final Hosts hosts = new Hosts();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private int run(final String... arguments) {
    return P2pTool.run(List.of(arguments), new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @Test
  void aNodeCanBeLookedAt() {
    final Host host = hosts.start(builder -> builder.versions("tester/1", "/test/1"));
    final String address = host.addresses().getFirst().withPeer(host.id()).toString();
    assertThat(run("ping", address)).isZero();
    assertThat(run("info", address)).isZero();
    assertThat(run("echo", address)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("connected to " + host.id())
        .contains("tester/1")
        .contains("speaks    " + Hosts.ECHO)
        .contains("1048576 bytes came back, the same");
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("ping", "nowhere")).isEqualTo(2);
    assertThat(run("ping", "/ip4/127.0.0.1/tcp/1")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("usage")
        .contains("nowhere")
        .contains("Cannot connect to /ip4/127.0.0.1/tcp/1");
  }
}
