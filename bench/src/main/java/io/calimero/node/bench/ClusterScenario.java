// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.CalimeroCluster;
import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeStartException;
import io.calimero.node.Part;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The same commands to the same node by every way there is. */
final class ClusterScenario {
  private static final int FIRST_PORT = 5741;
  private static final int[] SUBSCRIBERS = {1, 10};

  private final Path root;
  private final Path home;
  private final int callers;
  private final Duration warmUp;
  private final Duration measured;
  private final Report report;

  /** Takes down a result. */
  @FunctionalInterface
  interface Say {
    Load.Result say(String what, Load.Result result);
  }

  ClusterScenario(
      final Path root,
      final Path home,
      final int callers,
      final Duration warmUp,
      final Duration measured,
      final Report report) {
    this.root = root;
    this.home = home;
    this.callers = callers;
    this.warmUp = warmUp;
    this.measured = measured;
    this.report = report;
  }

  void run(final Say say) throws IOException {
    new BusOverhead(warmUp.dividedBy(4), measured).run(say, callers);
    local(say);
    final String name = "bench-" + ProcessHandle.current().pid();
    final List<String> cluster =
        List.of(
            "--cluster-name",
            name,
            "--cluster-port",
            Integer.toString(FIRST_PORT),
            "--cluster-member",
            "127.0.0.1:" + FIRST_PORT);
    try (Node node = Node.start(root, words("up", cluster));
        Clients clients = new Clients()) {
      report.node(node.line());
      final String context = node.api().create(node.api().install(kvStore()));
      http(say, clients, node, "HTTP", context);
      clustered(say, name, node, context);
      try (Node gateway = Node.start(root, words("gateway", cluster))) {
        report.result(
            "gateway: ready",
            Report.text(
                "%.2f s; resident %d MiB",
                gateway.readySeconds(), gateway.memory().getLong("residentMiB")),
            new JsonObject()
                .put("readySeconds", gateway.readySeconds())
                .put("memory", gateway.memory()));
        http(say, clients, gateway, "HTTP of a gateway", context);
      }
    }
  }

  private List<String> words(final String command, final List<String> cluster) {
    final List<String> words = new ArrayList<>(List.of(command));
    if (command.equals("up")) {
      words.addAll(List.of("--home", home.toString(), "--p2p-port", "0", "--cluster"));
    }
    words.addAll(cluster);
    return words;
  }

  /** A node in this JVM, asked over the local bus. */
  private void local(final Say say) throws IOException {
    final Vertx vertx = Vertx.vertx();
    try {
      CalimeroNode.at(home.resolveSibling("local"))
          .parts(Part.EXECUTION, Part.CONTEXT)
          .deploy(vertx)
          .await();
      final Bus bus = Bus.of(vertx);
      final ApplicationId application =
          bus.request(
                  Topics.APPLICATION_INSTALL,
                  new Install(kvStore().toUri().toString(), Optional.empty(), Bytes.EMPTY))
              .await()
              .id();
      final ContextId context =
          bus.request(Topics.CONTEXT_CREATE, new Create(application, Optional.empty(), Bytes.EMPTY))
              .await()
              .context();
      onBus(say, vertx, "local bus", context, ProcessHandle.current());
    } finally {
      vertx.close().await();
    }
  }

  private void clustered(final Say say, final String name, final Node node, final String context) {
    final Vertx vertx;
    try {
      vertx =
          CalimeroCluster.join(
              new JsonObject()
                  .put("name", name)
                  .put("port", FIRST_PORT)
                  .put("members", "127.0.0.1:" + FIRST_PORT));
    } catch (final NodeStartException e) {
      throw new IllegalStateException(e);
    }
    try {
      onBus(say, vertx, "clustered bus", ContextId.parse(context), node.process());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      vertx.close().await();
    }
  }

  private void onBus(
      final Say say,
      final Vertx vertx,
      final String way,
      final ContextId context,
      final ProcessHandle server)
      throws IOException {
    final Map<String, BiFunction<Bus, Long, Future<?>>> commands = new TreeMap<>();
    commands.put("context.get", (bus, _) -> bus.request(Topics.CONTEXT_GET, new Get(context)));
    commands.put("query", (bus, number) -> bus.request(Topics.QUERY, query(context, number)));
    commands.put("set", (bus, number) -> bus.request(Topics.SUBMIT, submit(context, number)));
    for (final int count : new int[] {callers, 1}) {
      for (final Map.Entry<String, BiFunction<Bus, Long, Future<?>>> command :
          commands.entrySet()) {
        say.say(
            way + ": " + count + " in flight, " + command.getKey(),
            new BusCallers(vertx, command.getValue()).run(count, warmUp, measured, server));
      }
    }
    for (final int count : SUBSCRIBERS) {
      new Subscribers(vertx, context).run(report, way, count);
    }
  }

  private void http(
      final Say say, final Clients clients, final Node node, final String way, final String context)
      throws IOException {
    final List<String> one = List.of(context);
    for (final int count : new int[] {callers, 1}) {
      say.say(
          way + ": " + count + " in flight, set",
          clients.run(
              new Load(node.port(), "/jsonrpc", count, warmUp, measured, Calls.set(one)),
              node.process()));
      say.say(
          way + ": " + count + " in flight, query",
          clients.run(
              new Load(node.port(), "/jsonrpc", count, warmUp, measured, Calls.get(one)),
              node.process()));
    }
  }

  private static Query query(final ContextId context, final long number) {
    return new Query(
        context,
        Optional.empty(),
        "get",
        Bytes.utf8(new JsonObject().put("key", Calls.key(number % Calls.KEYS)).encode()));
  }

  private static Submit submit(final ContextId context, final long number) {
    return new Submit(
        context,
        Optional.empty(),
        "set",
        Bytes.utf8(
            new JsonObject()
                .put("key", Calls.key(number % Calls.KEYS))
                .put("value", Calls.value(number))
                .encode()),
        Optional.empty());
  }

  private Path kvStore() {
    return root.resolve("apps/kv-store/kv-store.wasm");
  }
}
