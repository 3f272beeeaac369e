// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static io.calimero.node.acceptance.ClusterUnderTest.await;
import static io.calimero.node.acceptance.ClusterUnderTest.eventually;
import static io.calimero.node.acceptance.ClusterUnderTest.problem;
import static io.calimero.node.acceptance.ClusterUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.ClusterNode;
import io.calimero.node.events.bus.Cursor;
import io.calimero.node.events.bus.LogFeed;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A node in a process of its own and a service in this one, with a network between them that can be
 * cut. A reliable subscription runs all the while and must miss nothing.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1) // a minute and a half of it is waiting, which the others fill
class ClusterFaultsIT {
  /** How long the node stands still: longer than Hazelcast waits for a member. */
  private static final long PAUSE_SECONDS = 90;

  @TempDir private Path directory;

  private final ClusterUnderTest cluster = new ClusterUnderTest(4);
  private final List<Long> followed = Collections.synchronizedList(new ArrayList<>());
  private final List<LoopbackProxy> network = new ArrayList<>();
  private NodeProcess node;
  private Vertx service;
  private Bus bus;
  private ContextId context;

  @BeforeEach
  void start() throws Exception {
    node = node();
    service = service();
    bus = Bus.of(service);
    context = eventually(() -> newContext(bus));
  }

  @AfterEach
  void stop() throws IOException {
    await(service.close());
    node.close();
    for (final LoopbackProxy proxy : network) {
      proxy.close();
    }
  }

  @Test
  void hostileMessagesOverloadPausesAndSplitsEndInClearErrorsAndThenInService() throws Exception {
    try {
      hostileMessagesOverloadPausesAndSplits();
    } catch (final AssertionError e) {
      throw new AssertionError("of the nodes " + bus.nodes() + " one said:\n" + node.output(), e);
    }
  }

  private void hostileMessagesOverloadPausesAndSplits() throws Exception {
    final LogFeed feed =
        LogFeed.follow(
            service,
            context,
            Cursor.START,
            Duration.ofSeconds(1),
            entry -> {
              followed.add(entry.entry().position());
              return Future.succeededFuture();
            });
    foreignMessagesDoNoHarm();
    tooMuchIsBusyAndNothingIsForgotten();
    aPauseIsNoticedAndOver();
    aSplitIsNoticedAndHeals();
    final long head = eventually(this::head);
    until(() -> followed.size() >= head);
    assertThat(await(feed.stop()).position()).isEqualTo(head);
    assertThat(followed).isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
  }

  private NodeProcess node() {
    final Map<String, String> settings = new HashMap<>(cluster.environment(0));
    settings.put("CLUSTER_NODE", "a");
    settings.put("CLUSTER_MEMBERS", "127.0.0.1:" + cluster.port(0));
    settings.put("CLUSTER_BUS_PORT", Integer.toString(cluster.port(2)));
    settings.put("CLUSTER_PUBLIC_ADDRESS", behindTheNetwork(cluster.port(0)));
    settings.put("CLUSTER_BUS_PUBLIC_ADDRESS", behindTheNetwork(cluster.port(2)));
    return NodeProcess.start(directory.resolve("home"), settings);
  }

  private Vertx service() throws Exception {
    return cluster.service(
        1,
        new JsonObject()
            .put("members", "127.0.0.1:" + network.getFirst().port())
            .put("bus-port", cluster.port(3))
            .put("public-address", behindTheNetwork(cluster.port(1)))
            .put("bus-public-address", behindTheNetwork(cluster.port(3)))
            .put("nodes", "a"));
  }

  private String behindTheNetwork(final int port) {
    final LoopbackProxy proxy = new LoopbackProxy(port);
    network.add(proxy);
    return "127.0.0.1:" + proxy.port();
  }

  private void foreignMessagesDoNoHarm() throws IOException {
    final List<Object> messages =
        List.of("text", 7, Buffer.buffer("bytes"), new JsonObject().put("context", "none"));
    for (final Object message : messages) {
      final JsonObject answer =
          await(service.eventBus().<JsonObject>request("calimero.v1.execute", message)).body();
      assertThat(answer.getJsonObject("error").getString("code")).isEqualTo("INVALID_REQUEST");
      for (final String address :
          List.of("calimero.v1.node.alive", "calimero.v1.node.wanted", "calimero.v1.node.name.a")) {
        service.eventBus().publish(address, message);
      }
    }
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      final byte[] noise = new byte[1 + random.nextInt(2000)];
      random.nextBytes(noise);
      noise[0] &= 0x3; // a length that may be meant
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(2))) {
        socket.getOutputStream().write(noise);
      }
    }
    assertThat(await(set("after the noise"))).as("seed %d", seed).isNotNull();
  }

  private void tooMuchIsBusyAndNothingIsForgotten() {
    final int twice = 2 * Topics.LOG_READ.inFlight() + 2 * Topics.QUERY.inFlight();
    final List<Future<?>> answers = new ArrayList<>();
    for (int i = 0; i < 2 * Topics.QUERY.inFlight(); i++) {
      answers.add(bus.request(Topics.QUERY, query()));
    }
    for (int i = 0; i < 2 * Topics.LOG_READ.inFlight(); i++) {
      answers.add(bus.request(Topics.SUBMIT, submit("many " + i)));
    }
    await(Future.join(answers).otherwiseEmpty());
    int done = 0;
    int busy = 0;
    for (final Future<?> answer : answers) {
      if (answer.succeeded()) {
        done++;
      } else if (answer.cause() instanceof NodeException known
          && known.problem().code() == Code.BUSY) {
        busy++;
      }
    }
    assertThat(done + busy).as("each has its answer").isEqualTo(twice);
    assertThat(busy).isPositive();
    assertThat(done).isGreaterThanOrEqualTo(Topics.QUERY.inFlight());
    assertThat(await(bus.request(Topics.QUERY, query()))).as("at once").isNotNull();
  }

  private void aPauseIsNoticedAndOver() throws Exception {
    signal("STOP");
    final long begun = System.nanoTime();
    assertThat(problem(set("to one that stands still")))
        .as("not a time-out after a minute")
        .isEqualTo(Code.NODE_UNAVAILABLE);
    assertThat(problem(set("to one that is known to")))
        .as("refused at once")
        .isEqualTo(Code.NODE_UNAVAILABLE);
    until(() -> System.nanoTime() - begun >= TimeUnit.SECONDS.toNanos(PAUSE_SECONDS));
    signal("CONT");
    assertThat(eventually(() -> set("after the pause"))).isNotNull();
  }

  private void aSplitIsNoticedAndHeals() {
    network.forEach(LoopbackProxy::cut);
    assertThat(problem(set("across the split"))).isEqualTo(Code.NODE_UNAVAILABLE);
    assertThat(bus.nodes()).noneMatch(ClusterNode::isThere);
    network.forEach(LoopbackProxy::heal);
    assertThat(eventually(() -> set("after the split"))).isNotNull();
  }

  private void signal(final String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start().waitFor())
        .isZero();
  }

  private static Future<ContextId> newContext(final Bus bus) {
    return bus.request(
            Topics.APPLICATION_INSTALL,
            new Install(
                Modules.sample("kv-store").toUri().toString(), Optional.empty(), Bytes.EMPTY))
        .compose(
            application ->
                bus.request(
                    Topics.CONTEXT_CREATE,
                    new Create(application.id(), Optional.empty(), Bytes.EMPTY)))
        .map(created -> created.context());
  }

  private Future<Long> head() {
    return bus.request(Topics.CONTEXT_GET, new Get(context))
        .map(summary -> summary.head().position());
  }

  private Future<Answer> set(final String value) {
    return bus.request(Topics.SUBMIT, submit(value));
  }

  private Submit submit(final String value) {
    return new Submit(
        context,
        Optional.empty(),
        "set",
        Bytes.utf8(new JsonObject().put("key", "k").put("value", value).encode()),
        Optional.empty());
  }

  private Query query() {
    return new Query(context, Optional.empty(), "get", Bytes.utf8("{\"key\":\"k\"}"));
  }
}
