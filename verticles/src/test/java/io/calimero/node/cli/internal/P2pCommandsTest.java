// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Dht;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostListener;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Kademlia;
import io.calimero.node.libp2p.P2pTool;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Stream;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at a foreign node, against real hosts. */
class P2pCommandsTest {
  private final Host host = host();
  private final Host other = host();

  private Bench bench = new Bench(Path.of("."));

  @TempDir private Path directory;

  private static Host host() {
    return new HostBuilder(PrivateKey.generate(new SecureRandom()))
        .listen("/ip4/127.0.0.1/tcp/0")
        .versions("tester/1\u001b[31m", "/test/1")
        .build();
  }

  @BeforeEach
  void start() {
    bench = new Bench(directory);
    await(host.start());
    await(other.start());
    host.handle(P2pTool.ECHO, P2pCommandsTest::echo);
  }

  @AfterEach
  void stop() {
    await(host.stop());
    await(other.stop());
  }

  private static <T> T await(final CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Sends back what comes, at its own pace. */
  private static void echo(final Stream stream) {
    Thread.ofVirtual()
        .start(
            () -> {
              for (byte[] next = await(stream.read());
                  next.length > 0;
                  next = await(stream.read())) {
                await(stream.write(next));
              }
              await(stream.closeWrite());
            });
  }

  /** Takes what comes, and sends back something else. */
  private static void answerWrongly(final Stream stream) {
    Thread.ofVirtual()
        .start(
            () -> {
              await(stream.read());
              await(stream.write(new byte[1]));
              await(stream.closeWrite());
            });
  }

  private String address() {
    return host.addresses().getFirst().withPeer(host.id()).toString();
  }

  private JsonObject json() {
    return new JsonObject(bench.out());
  }

  @Test
  void pingShowsRoundTrips() {
    assertThat(bench.run("p2p", "ping", address(), "-n", "2")).isZero();
    assertThat(bench.out().lines()).hasSize(2).allMatch(line -> line.startsWith(host.id() + "  "));
    bench = new Bench(directory);
    assertThat(bench.run("p2p", "ping", address(), "--json")).isZero();
    assertThat(json().getJsonArray("micros")).hasSize(3);
    assertThat(json().getString("security")).isEqualTo("/tls/1.0.0");
  }

  @Test
  void infoShowsWhatTheNodeSaysAndNothingMoreOnTheTerminal() {
    assertThat(bench.run("p2p", "info", address())).isZero();
    assertThat(bench.out())
        .contains(host.id().toString())
        .contains("tester/1\\u001b[31m")
        .contains("speaks")
        .contains(P2pTool.ECHO);
    bench = new Bench(directory);
    assertThat(bench.run("p2p", "info", address(), "--json")).isZero();
    assertThat(json().getString("protocol")).isEqualTo("/test/1");
    assertThat(json().getJsonArray("listens").getString(0))
        .isEqualTo(host.addresses().getFirst().toString());
  }

  @Test
  void echoComparesWhatComesBack() {
    assertThat(bench.run("p2p", "echo", address(), "--bytes", "100000")).isZero();
    assertThat(bench.out()).startsWith("97.7 KiB came back, the same, in ");
    host.handle("/wrong/1", P2pCommandsTest::answerWrongly);
    bench = new Bench(directory);
    assertThat(bench.run("p2p", "echo", address(), "--protocol", "/wrong/1", "--bytes", "10"))
        .isEqualTo(1);
    assertThat(bench.out()).startsWith("1 B came back, NOT what was sent");
  }

  @Test
  void peersListsTheTableOfTheNode() {
    final KadParams params = KadParams.DEFAULT.withProtocol("/other/kad/1.0.0");
    final Dht table = Kademlia.start(host, params);
    final Dht others = Kademlia.start(other, params);
    final CompletableFuture<PeerInfo> identified = new CompletableFuture<>();
    host.addListener(
        new HostListener() {
          @Override
          public void identified(final Connection connection, final PeerInfo info) {
            identified.complete(info);
          }
        });
    assertThat(bench.run("p2p", "peers", address())).isZero();
    assertThat(bench.err()).startsWith("The node knows no peer of /other/kad/1.0.0");
    await(other.connect(host.id(), host.addresses()));
    await(identified);
    bench = new Bench(directory);
    assertThat(bench.run("p2p", "peers", address())).isZero();
    assertThat(bench.out().lines().skip(1))
        .containsExactly(other.id() + "  " + other.addresses().getFirst());
    bench = new Bench(directory);
    assertThat(bench.run("p2p", "peers", address(), "--json")).isZero();
    assertThat(json().getJsonArray("peers").getJsonObject(0).getString("peer"))
        .isEqualTo(other.id().toString());
    for (final Dht one : List.of(table, others)) {
      await(one.stop());
    }
  }

  @Test
  void whatIsWrongHasItsOwnExitCode() {
    assertThat(bench.run("p2p", "ping", "nowhere")).isEqualTo(2);
    assertThat(bench.err()).contains("error: An address starts with a slash: nowhere");
    assertThat(bench.run("p2p", "ping", "/ip4/127.0.0.1/tcp/1")).isEqualTo(3);
    assertThat(bench.run("p2p", "peers", address())).isEqualTo(4);
    assertThat(bench.run("p2p", "ping", address(), "-n", "0")).isEqualTo(2);
    assertThat(bench.run("p2p", "ping", address(), "--timeout", "0")).isEqualTo(2);
    assertThat(bench.run("p2p")).isEqualTo(2);
    final String wrong = host.addresses().getFirst().withPeer(other.id()).toString();
    assertThat(bench.run("p2p", "ping", wrong)).isEqualTo(4);
  }
}
