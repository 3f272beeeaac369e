// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.CalimeroNode;
import io.calimero.node.JsClients;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs docs/samples/node-service against a node. */
class BridgeSamplesIT {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final String TOKEN = "a token of 24 characters";

  @TempDir private Path home;

  @Test
  void servicesInJavaScriptCallContextsAndFollowTheirEvents() throws Exception {
    Assumptions.assumeTrue(
        JsClients.canRun(), "no `node` on the PATH: the samples in JavaScript are not run");
    JsClients.install();
    JsClients.add(ROOT.resolve("docs/samples/node-service"));
    final Vertx vertx = Vertx.vertx();
    try {
      final CalimeroNode node =
          await(
              CalimeroNode.at(home)
                  .http("127.0.0.1", 0)
                  .set("p2p.hosts", "127.0.0.1")
                  .set("p2p.port", 0)
                  .set("bridge.tcp", true)
                  .set("bridge.tcp-port", 0)
                  .set("bridge.sockjs", true)
                  .set("bridge.sockjs-port", 0)
                  .set("bridge.token", TOKEN)
                  .deploy(vertx));
      final List<URI> bridges = node.info().bridges();
      assertThat(bridges).extracting(URI::getScheme).containsExactly("tcp", "http");
      final String context = context(vertx).toString();
      final String port = String.valueOf(bridges.getFirst().getPort());

      assertThat(call(port, context, "a", "1")).isEqualTo("Written\n");
      // From the start: one entry is there, two come while it listens.
      final Process following =
          JsClients.start(
              Map.of(),
              "node",
              "follow.mjs",
              "--context",
              context,
              "--port",
              port,
              "--token",
              TOKEN,
              "--count",
              "3");
      assertThat(call(port, context, "a", "2")).isEqualTo("Written\n");
      assertThat(
              JsClients.run(
                  Map.of(),
                  "node",
                  "sockjs.mjs",
                  bridges.getLast().toString(),
                  context,
                  "set",
                  "{\"key\":\"b\",\"value\":\"3\"}",
                  TOKEN))
          .isEqualTo("5 Inserted {\"key\":\"b\",\"value\":\"3\"}\n");
      assertThat(JsClients.end(following))
          .isEqualTo(
              """
              3 Inserted {"key":"a","value":"1"}
              4 Updated {"key":"a","value":"2"}
              5 Inserted {"key":"b","value":"3"}
              """);
    } finally {
      await(vertx.close());
    }
  }

  private static String call(
      final String port, final String context, final String key, final String value)
      throws Exception {
    return JsClients.run(
        Map.of(),
        "node",
        "call.mjs",
        "--context",
        context,
        "--method",
        "set",
        "--arguments",
        "{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}",
        "--port",
        port,
        "--token",
        TOKEN);
  }

  private static ContextId context(final Vertx vertx) {
    final Bus bus = Bus.of(vertx);
    return await(
        bus.request(
                Topics.APPLICATION_INSTALL,
                new Install(
                    ROOT.resolve("apps/kv-store/kv-store.wasm").toUri().toString(),
                    Optional.empty(),
                    Bytes.EMPTY))
            .compose(
                application ->
                    bus.request(
                        Topics.CONTEXT_CREATE,
                        new Create(application.id(), Optional.empty(), Bytes.EMPTY)))
            .map(created -> created.context()));
  }

  private static <T> T await(final Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
