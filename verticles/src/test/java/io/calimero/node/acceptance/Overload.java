// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Twice as many callers at once as a gateway works for, of which it lets more through than may wait
 * at its node: whoever is not served is told so, at once, and nothing was done for them.
 */
final class Overload {
  private static final int REQUESTS = 32;
  private static final int QUEUE = 4;
  private static final int BURSTS = 10;
  private static final String TURNED_AWAY =
      "{\"error\":\"the node is working on too many requests: try again\"}";
  private static final String EXECUTE = "topic=\"calimero.v1.execute\"";

  private final Map<Long, String> acknowledged = new HashMap<>();
  private final Set<String> refused = new TreeSet<>();
  private int busy;
  private int turnedAway;
  private int written;

  /** Settings of the gateway, for which all this is too much. */
  static Map<String, String> ofTheGateway() {
    return Map.of("HTTP_REQUESTS", Integer.toString(REQUESTS));
  }

  /** Settings of the node, for which it is too much. */
  static Map<String, String> ofTheNode() {
    return Map.of("CONTEXTS_QUEUE", Integer.toString(QUEUE));
  }

  /** Calls until gateway and node have both refused, and then once more. */
  void run(final NodeClient gateway, final NodeClient node, final String context) {
    final long deadline =
        System.nanoTime() + TimeUnit.SECONDS.toNanos(NodeProcess.PATIENCE_SECONDS);
    for (int burst = 0; burst < BURSTS || busy == 0 || turnedAway == 0; burst++) {
      assertThat(System.nanoTime()).as("%d busy, %d away", busy, turnedAway).isLessThan(deadline);
      burst(gateway, node, context);
    }
    final String after = "after the overload";
    final JsonObject result = gateway.execute(context, "set", set(after));
    acknowledged.put(position(result), after);
    assertThat(acknowledged).as("each that was acknowledged has its place").hasSize(served() + 1);
    // Each refusal of the node's has reached somebody, and nothing is under way any more.
    node.awaitMetric("calimero_commands_seconds_count{outcome=\"busy\"," + EXECUTE + "} " + busy);
    node.awaitMetric("calimero_commands_in_flight{" + EXECUTE + "} 0");
    node.awaitMetric("calimero_log_queued_groups 0");
    assertThat(node.metric("vertx_eventbus_discarded_total")).isZero();
    assertThat(gateway.metric("vertx_eventbus_discarded_total")).isZero();
  }

  private void burst(final NodeClient gateway, final NodeClient node, final String context) {
    final Map<String, CompletableFuture<NodeClient.Reply>> replies = new LinkedHashMap<>();
    for (int i = 0; i < 2 * REQUESTS; i++) {
      final String value = "overload " + ++written;
      replies.put(
          value,
          gateway.postAsync("/jsonrpc", NodeClient.request("execute", context, "set", set(value))));
    }
    assertThat(gateway.get("/admin-api/health").status()).as("overloaded, not dead").isEqualTo(200);
    assertThat(node.metric("calimero_commands_in_flight{" + EXECUTE + "}"))
        .isLessThanOrEqualTo(REQUESTS);
    replies.forEach((value, reply) -> take(value, NodeClient.join(reply)));
  }

  private void take(final String value, final NodeClient.Reply reply) {
    if (reply.status() == 503) {
      assertThat(reply.body()).isEqualTo(TURNED_AWAY);
      turnedAway++;
      refused.add(value);
      return;
    }
    final JsonObject answer = reply.json();
    if (answer.containsKey("result")) {
      acknowledged.put(position(answer.getJsonObject("result")), value);
    } else {
      assertThat(answer.getJsonObject("error").getString("type")).isEqualTo("Busy");
      busy++;
      refused.add(value);
    }
  }

  private int served() {
    return written - refused.size();
  }

  private static JsonObject set(final String value) {
    return JsonObject.of("key", "key", "value", value);
  }

  private static long position(final JsonObject result) {
    return result.getJsonObject("calimero_receipt").getLong("position");
  }

  /** What was acknowledged, by position. */
  Map<Long, String> acknowledged() {
    return acknowledged;
  }

  /** What was refused, and so must not have been done. */
  Set<String> refused() {
    return refused;
  }
}
