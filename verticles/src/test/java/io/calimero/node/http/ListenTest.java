// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.http.ListenException.Reason;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    NodeUnderTest.await(vertx.close());
  }

  private static HttpOptions on(final int port, final String... hosts) {
    return new HttpOptions(List.of(hosts), port, HttpLimits.DEFAULT, CorsOptions.ANY);
  }

  @Test
  void aPortInUseFailsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final int port = taken.getLocalPort();
      assertThatThrownBy(
              () ->
                  NodeUnderTest.await(
                      vertx.deployVerticle(new HttpVerticle(on(port, "127.0.0.1")))))
          .isInstanceOfSatisfying(
              ListenException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.IN_USE);
                assertThat(e.host()).isEqualTo("127.0.0.1");
                assertThat(e.port()).isEqualTo(port);
              })
          .hasMessage(
              "port "
                  + port
                  + " on 127.0.0.1 is in use: stop what listens there, or choose another port");
    }
    assertThat(vertx.deploymentIDs()).isEmpty();
  }

  @Test
  void aStartThatFailsLeavesNoAddressListenedOn() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2"))) {
      final int port = taken.getLocalPort();
      assertThatThrownBy(
              () ->
                  NodeUnderTest.await(
                      vertx.deployVerticle(new HttpVerticle(on(port, "127.0.0.1", "127.0.0.2")))))
          .isInstanceOf(ListenException.class);
      assertNobodyListens(port);
    }
  }

  @Test
  void allAddressesShareTheFreePort() throws IOException {
    final HttpVerticle verticle = new HttpVerticle(on(0, "127.0.0.1", "127.0.0.2"));
    NodeUnderTest.await(vertx.deployVerticle(verticle));
    assertThat(verticle.port()).isPositive();
    for (final String host : List.of("127.0.0.1", "127.0.0.2")) {
      new Socket(InetAddress.ofLiteral(host), verticle.port()).close();
    }
  }

  @Test
  void anAddressThatIsMissingMattersOnlyIfItIsTheLast() {
    final HttpVerticle verticle = new HttpVerticle(on(0, "192.0.2.1", "127.0.0.1"));
    NodeUnderTest.await(vertx.deployVerticle(verticle));
    assertThat(verticle.port()).isPositive();
    assertThatThrownBy(
            () -> NodeUnderTest.await(vertx.deployVerticle(new HttpVerticle(on(0, "192.0.2.1")))))
        .isInstanceOfSatisfying(
            ListenException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_ADDRESS))
        .hasMessage("this machine has no address 192.0.2.1 to listen on");
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> on(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> on(65_536, "127.0.0.1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStoppedVerticleListensNoMore() {
    final HttpVerticle verticle = new HttpVerticle(on(0, "127.0.0.1"));
    final String id = NodeUnderTest.await(vertx.deployVerticle(verticle));
    NodeUnderTest.await(vertx.undeploy(id));
    assertNobodyListens(verticle.port());
  }

  /** Not by listening there: a connection that somebody has begun meanwhile may leave from it. */
  private static void assertNobodyListens(final int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close())
        .isInstanceOf(ConnectException.class);
  }
}
