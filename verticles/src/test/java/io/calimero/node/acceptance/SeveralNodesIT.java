// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static io.calimero.node.acceptance.ClusterUnderTest.await;
import static io.calimero.node.acceptance.ClusterUnderTest.eventually;
import static io.calimero.node.acceptance.ClusterUnderTest.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeStartException;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.ClusterNode;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Remove;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two nodes of one operator in a cluster, each with a Vert.x of its own, asked by a service. */
@Execution(ExecutionMode.CONCURRENT)
class SeveralNodesIT {
  @TempDir private Path directory;

  private final ClusterUnderTest cluster = new ClusterUnderTest(3);
  private CalimeroNode a;
  private CalimeroNode b;
  private Vertx service;
  private Bus bus;

  @BeforeEach
  void start() throws NodeStartException {
    a = cluster.node(0, directory.resolve("a"), "a");
    b = cluster.node(1, directory.resolve("b"), "b");
    service = cluster.service(2);
    bus = Bus.of(service);
  }

  @AfterEach
  void stop() {
    await(service.close());
    b.close();
    a.close();
  }

  @Test
  void eachCommandReachesTheNodesThatItIsFor() throws Exception {
    final ApplicationId application = eventually(this::install);
    assertThat(bus.nodes()).extracting(ClusterNode::name).containsExactly("a", "b");

    final List<ContextId> contexts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      contexts.add(await(create(bus, application, Optional.empty())));
    }
    final ContextId onB = await(create(bus.on("b"), application, Optional.empty()));
    contexts.add(onB);

    assertThat(contextsOf(bus.on("a")).contexts()).as("spread").hasSize(2);
    assertThat(contextsOf(bus.on("b")).contexts()).as("spread").hasSize(3);
    assertThat(contextsOf(bus).missing()).isEmpty();
    assertThat(contextsOf(bus).contexts())
        .extracting(ContextMessages.Summary::context)
        .containsExactlyElementsOf(contexts.stream().sorted().toList());
    for (final ContextId context : contexts) {
      assertThat(await(set(context, "1"))).isInstanceOf(Written.class);
      assertThat(get(context)).isEqualTo("\"1\"");
      foreign(context);
    }

    final Hash seed = Hash.sha256(new byte[] {7});
    final ContextId seeded = await(create(bus, application, Optional.of(seed)));
    assertThat(problem(create(bus, application, Optional.of(seed))))
        .as("not made on the other node")
        .isEqualTo(Code.CONTEXT_EXISTS);
    assertThat(await(bus.request(Topics.CONTEXT_REMOVE, new Remove(seeded))).removed()).isTrue();
    assertThat(problem(bus.request(Topics.CONTEXT_GET, new Get(seeded))))
        .isEqualTo(Code.CONTEXT_NOT_FOUND);

    assertThatThrownBy(() -> cluster.node(1, directory.resolve("c"), "a"))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("has the name a");

    awayAndBack(contexts, onB, seeded);
  }

  private void awayAndBack(
      final List<ContextId> contexts, final ContextId onB, final ContextId nowhere)
      throws NodeStartException {
    b.close();
    assertThat(problem(set(onB, "2"))).isEqualTo(Code.NODE_UNAVAILABLE);
    assertThat(problem(bus.request(Topics.CONTEXT_GET, new Get(nowhere))))
        .as("it may be on the node that is away")
        .isEqualTo(Code.NODE_UNAVAILABLE);
    final ContextMessages.All rest = contextsOf(bus);
    assertThat(rest.missing()).containsExactly("b");
    assertThat(rest.contexts()).hasSize(2);
    assertThat(get(rest.contexts().getFirst().context())).isEqualTo("\"1\"");

    b = cluster.node(1, directory.resolve("b"), "b");
    assertThat(eventually(() -> set(onB, "3"))).isInstanceOf(Written.class);
    assertThat(get(onB)).isEqualTo("\"3\"");
    assertThat(contextsOf(bus).contexts()).hasSize(contexts.size());
  }

  /** Whichever node hears it, the one that has the context answers. */
  private void foreign(final ContextId context) {
    for (int i = 0; i < 4; i++) {
      final JsonObject answer =
          await(
                  service
                      .eventBus()
                      .<JsonObject>request(
                          "calimero.v1.query",
                          new JsonObject()
                              .put("context", context.toString())
                              .put("method", "get")
                              .put("arguments", new JsonObject().put("key", "k"))))
              .body();
      assertThat(answer.getJsonObject("result").getString("type")).isEqualTo("Read");
    }
  }

  private Future<ApplicationId> install() {
    return bus.nodes().stream().filter(ClusterNode::isThere).count() < 2
        ? Future.failedFuture("not all are there yet")
        : bus.request(
                Topics.APPLICATION_INSTALL,
                new Install(
                    Modules.sample("kv-store").toUri().toString(), Optional.empty(), Bytes.EMPTY))
            .map(installed -> installed.id());
  }

  private static Future<ContextId> create(
      final Bus where, final ApplicationId application, final Optional<Hash> seed) {
    return where
        .request(Topics.CONTEXT_CREATE, new Create(application, seed, Bytes.EMPTY))
        .map(created -> created.context());
  }

  private static ContextMessages.All contextsOf(final Bus where) {
    return await(where.request(Topics.CONTEXT_LIST, new ListAll()));
  }

  private Future<Answer> set(final ContextId context, final String value) {
    return bus.request(
        Topics.SUBMIT,
        new Submit(
            context,
            Optional.empty(),
            "set",
            Bytes.utf8(new JsonObject().put("key", "k").put("value", value).encode()),
            Optional.empty()));
  }

  private String get(final ContextId context) {
    final Read read =
        (Read)
            await(
                bus.request(
                    Topics.QUERY,
                    new Query(context, Optional.empty(), "get", Bytes.utf8("{\"key\":\"k\"}"))));
    return read.outcome().returned().orElseThrow().toUtf8();
  }
}
