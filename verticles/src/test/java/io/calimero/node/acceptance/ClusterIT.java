// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.SampleProject;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A node, a gateway and a service in processes of their own, each of which is killed under load:
 * nothing that was acknowledged is lost, no event is missed by the service or told to it twice.
 */
@Execution(ExecutionMode.CONCURRENT)
class ClusterIT {
  private static final int SOME = 15;

  @TempDir private Path directory;

  private final ClusterUnderTest cluster = new ClusterUnderTest(3);
  private final Map<Long, String> acknowledged = new HashMap<>();
  private final List<JsonObject> refusals = new ArrayList<>();
  private final List<NodeProcess> processes = new ArrayList<>();
  private int written;
  private int cutOff;

  @Test
  void whoeverIsKilledNothingAcknowledgedIsLostAndNoEventIsMissedOrDoubled() throws Exception {
    final Path home = directory.resolve("home");
    final Path classes = Files.createDirectory(directory.resolve("classes"));
    final Path seen = directory.resolve("seen");
    NodeProcess node = node(home);
    NodeProcess gateway = gateway("0");
    SampleProject.compile(classes);
    final String port = Integer.toString(gateway.uri().getPort());
    final String context;
    try (NodeClient client = new NodeClient(gateway)) {
      context = client.create(client.install(Modules.sample("kv-store")), "");
      assertThat(client.contexts()).containsExactly(context);
    }
    final Follower socket = Follower.byWebSocket(gateway.uri(), context);
    final Follower stream = Follower.bySse(gateway.uri(), context);
    NodeProcess watcher = watcher(classes, context, seen);
    watcher.awaitOutput("watching from position 0");

    write(gateway, context, SOME);
    watcher.kill();
    final Overload overload = overload(gateway, node, context);
    watcher = watcher(classes, context, seen);

    final Thread killerOfTheGateway = Thread.ofVirtual().start(gateway::kill);
    writeUntilCutOff(gateway, context);
    killerOfTheGateway.join();
    gateway = gateway(port);
    write(gateway, context, SOME);
    assertThat(refusals).as("a gateway that has just started finds the node").isEmpty();

    socket.await(last());
    stream.await(last());
    final int ended = socket.ends().size() + stream.ends().size();
    final Thread killer = Thread.ofVirtual().start(node::kill);
    writeUntilRefused(gateway, context);
    killer.join();
    assertThat(refusals.getLast().getString("type")).isEqualTo("NodeUnavailable");
    node = node(home);
    write(gateway, context, SOME);

    final long last = last();
    watcher.awaitOutput("position " + last + "\n");
    watcher.kill();
    socket.await(last);
    stream.await(last);
    assertThat(socket.ends().size() + stream.ends().size())
        .as("who follows stays connected with the gateway while the node is away")
        .isEqualTo(ended);
    hasSeenAll(socket, last);
    hasSeenAll(stream, last);
    assertThatItStops(gateway);
    assertThatItStops(node);
    assertThatAllIsThere(home, context, seen);
    assertThat(LogAudit.calls(home).get(context))
        .as("nothing was done of what was refused as too much")
        .filteredOn(call -> "set".equals(call.method()))
        .noneMatch(
            call ->
                overload.refused().contains(new JsonObject(call.arguments()).getString("value")));
  }

  private static void assertThatItStops(final NodeProcess process) {
    final NodeProcess.Ended ended = process.stop();
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  private long last() {
    return acknowledged.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private Overload overload(
      final NodeProcess gateway, final NodeProcess node, final String context) {
    final Overload overload = new Overload();
    try (NodeClient client = new NodeClient(gateway);
        NodeClient direct = new NodeClient(node)) {
      overload.run(client, direct, context);
    }
    acknowledged.putAll(overload.acknowledged());
    return overload;
  }

  private NodeProcess node(final Path home) {
    final Map<String, String> settings = new HashMap<>(cluster.environment(0));
    settings.put("CLUSTER_NODE", "a");
    settings.putAll(Overload.ofTheNode());
    return started(NodeProcess.start(home, settings));
  }

  private NodeProcess started(final NodeProcess process) {
    processes.add(process);
    return process;
  }

  @AfterEach
  void leaveNothingRunning() {
    processes.forEach(NodeProcess::close);
  }

  private NodeProcess gateway(final String port) {
    final Map<String, String> settings = new HashMap<>(cluster.environment(1));
    settings.put("CLUSTER_NODES", "a");
    settings.putAll(Overload.ofTheGateway());
    final NodeProcess gateway =
        started(NodeProcess.launch(List.of(), settings, List.of("gateway", "--http-port", port)));
    gateway.uri();
    return gateway;
  }

  private NodeProcess watcher(final Path classes, final String context, final Path seen) {
    return started(
        NodeProcess.java(
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
            classes + ":" + System.getProperty("java.class.path"),
            "example.WatcherMain",
            Map.of(),
            List.of(cluster.section(2).encode(), context, seen.toString())));
  }

  /** Who follows by the gateway: that was killed, and the node behind it was. */
  private static void hasSeenAll(final Follower follower, final long last)
      throws InterruptedException {
    follower.end();
    assertThat(follower.positions())
        .as("each once, in order; connections ended by %s", follower.ends())
        .startsWith(LongStream.rangeClosed(2, last).boxed().toArray(Long[]::new));
    assertThat(follower.ends()).isNotEmpty();
  }

  /** Writes until so many more writes were acknowledged, whatever is refused in between. */
  private void write(final NodeProcess gateway, final String context, final int count) {
    final int enough = acknowledged.size() + count;
    try (NodeClient client = new NodeClient(gateway)) {
      while (acknowledged.size() < enough) {
        write(client, context);
      }
    }
  }

  private void writeUntilCutOff(final NodeProcess gateway, final String context) {
    try (NodeClient client = new NodeClient(gateway)) {
      while (cutOff == 0) {
        write(client, context);
      }
    }
  }

  private void writeUntilRefused(final NodeProcess gateway, final String context) {
    try (NodeClient client = new NodeClient(gateway)) {
      while (refusals.isEmpty()) {
        write(client, context);
      }
    }
  }

  private void write(final NodeClient client, final String context) {
    final String value = "value " + ++written;
    final NodeClient.Reply reply;
    try {
      reply =
          client.post(
              "/jsonrpc",
              NodeClient.request(
                  "execute",
                  context,
                  "set",
                  new JsonObject().put("key", "key").put("value", value)));
    } catch (final CompletionException e) {
      cutOff++; // the gateway is away
      return;
    }
    final JsonObject answer = reply.json();
    if (answer.containsKey("result")) {
      acknowledged.put(
          answer.getJsonObject("result").getJsonObject("calimero_receipt").getLong("position"),
          value);
    } else {
      assertThat(reply.status()).as(answer.encode()).isEqualTo(503);
      refusals.add(answer.getJsonObject("error"));
    }
  }

  private void assertThatAllIsThere(final Path home, final String context, final Path seen)
      throws IOException {
    final Map<Long, String> events = new HashMap<>();
    final List<Long> positions = new ArrayList<>();
    for (final String line : Files.readAllLines(seen)) {
      final String[] words = line.split(" ", 3);
      positions.add(Long.parseLong(words[0]));
      if (words.length == 3) {
        events.put(Long.parseLong(words[0]), new JsonObject(words[2]).getString("value"));
      }
    }
    assertThat(positions)
        .as("each position once, in order")
        .isEqualTo(LongStream.rangeClosed(1, positions.getLast()).boxed().toList());
    assertThat(events).as("what was acknowledged").containsAllEntriesOf(acknowledged);
    assertThat(LogAudit.calls(home).get(context)).hasSizeGreaterThanOrEqualTo(acknowledged.size());
  }
}
