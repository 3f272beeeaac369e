// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.bridge.BridgeVerticle;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.BusObserver;
import io.calimero.node.events.bus.Membership;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Engine;
import io.calimero.node.events.messages.ExecutionMessages.GetEngine;
import io.calimero.node.internal.Announcement;
import io.calimero.node.internal.ConfigurationSources;
import io.calimero.node.internal.NodeName;
import io.calimero.node.internal.Remarks;
import io.calimero.node.internal.Stage;
import io.calimero.node.internal.Stage.Link;
import io.calimero.node.internal.Verticles;
import io.calimero.node.network.NetworkVerticle;
import io.calimero.node.operation.MetricsVerticle;
import io.calimero.node.operation.NodeMetrics;
import io.calimero.node.operation.Tracing;
import io.calimero.node.storage.home.NodeHome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A whole node as one verticle: it opens the home and deploys the parts that its configuration
 * places here as its children, in an order in which each finds those it asks. Undeploying it, or
 * closing Vert.x, ends them in the reverse order: no new requests, everything accepted is answered,
 * the log is closed, the state is kept for a quick start, the home is free.
 *
 * <p>Deployed by its name it reads the configuration of its deployment: {@code home}, and the
 * settings of conf/calimero.yaml under their names, as a tree. Its start fails with a {@link
 * NodeStartException}; nothing runs then and nothing is locked. One per Vert.x.
 */
public final class NodeVerticle extends VerticleBase {
  private final Optional<Callable<NodeConfiguration>> configuration;
  private final MeterRegistry registry;
  private final boolean ownRegistry;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable NodeMetrics metrics;
  private @Nullable NodeHome home;
  private @Nullable Membership membership;
  private String name = "";
  private volatile @Nullable NodeInfo info;

  /** A node that is configured by its deployment and by the environment. */
  public NodeVerticle() {
    this(Optional.empty(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), true);
  }

  /** A node of this configuration. */
  public NodeVerticle(final NodeConfiguration configuration) {
    this(
        Optional.of(() -> configuration),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        true);
  }

  /**
   * A node with a registry.
   *
   * @param configuration makes the configuration; may block
   * @param ownRegistry whether nobody else fills the registry
   */
  NodeVerticle(
      final Optional<Callable<NodeConfiguration>> configuration,
      final MeterRegistry registry,
      final boolean ownRegistry) {
    this.configuration = configuration;
    this.registry = registry;
    this.ownRegistry = ownRegistry;
  }

  /**
   * What can be said of the node once it is deployed.
   *
   * @throws IllegalStateException before
   */
  public NodeInfo info() {
    final NodeInfo known = info;
    if (known == null) {
      throw new IllegalStateException("the node is not deployed");
    }
    return known;
  }

  /** The metrics of the node, once it begins to start. */
  Optional<NodeMetrics> metrics() {
    return Optional.ofNullable(metrics);
  }

  /** Waits until the node has stopped. */
  void awaitStop() throws InterruptedException {
    stopped.await();
  }

  @Override
  public void init(final Vertx vertx, final Context context) {
    super.init(vertx, context);
    final NodeMetrics made = new NodeMetrics(registry, CalimeroNode.version());
    if (ownRegistry) {
      made.measureTheProcess();
    }
    metrics = made;
  }

  @Override
  public Future<?> start() {
    final long begun = System.nanoTime();
    if (!NodeName.take(vertx)) {
      return Future.failedFuture(
          new NodeStartException(
              "a node runs on this Vert.x already; another one needs a Vert.x of its own",
              List.of()));
    }
    Bus.observe(vertx, Tracing.observer(vertx, Objects.requireNonNull(metrics)));
    return vertx
        .executeBlocking(this::prepare)
        .compose(this::join)
        .compose(found -> deploy(found, begun))
        .recover(
            cause -> release().transform(_ -> Future.failedFuture(NodeStartException.of(cause))));
  }

  private record Prepared(NodeConfiguration configuration, Verticles verticles) {}

  private Prepared prepare() throws Exception {
    final NodeConfiguration found =
        configuration.isPresent() ? configuration.get().call() : ofDeployment();
    if (found.needsHome()) {
      home = NodeHome.init(found.home(), Clock.systemUTC());
      name = found.cluster().node().orElseGet(() -> NodeName.ofHome(Objects.requireNonNull(home)));
    }
    return new Prepared(found, Verticles.of(found, Optional.ofNullable(home)));
  }

  /** Makes this the place of the node before any of its verticles speaks on the bus. */
  private Future<Prepared> join(final Prepared prepared) {
    final ClusterOptions cluster = prepared.configuration().cluster();
    if (home == null) {
      if (vertx.isClustered()) {
        Bus.of(vertx).expect(cluster.nodes());
      }
      return Future.succeededFuture(prepared);
    }
    return Membership.take(vertx, name, System.currentTimeMillis(), cluster.silence())
        .map(
            taken -> {
              membership = taken;
              return prepared;
            });
  }

  private NodeConfiguration ofDeployment() throws NodeStartException {
    final String directory = config().getString("home", "");
    if (directory.isBlank()) {
      throw new NodeStartException(
          "the configuration of the deployment names no \"home\"", List.of());
    }
    return NodeConfiguration.load(
        Path.of(directory),
        System.getenv(),
        "the configuration of the deployment",
        ConfigurationSources.settings(config(), "home"));
  }

  private Future<NodeInfo> deploy(final Prepared prepared, final long begun) {
    final Verticles verticles = prepared.verticles();
    final NodeMetrics measured = Objects.requireNonNull(metrics);
    verticles.execution().ifPresent(measured::measure);
    verticles.context().ifPresent(measured::measure);
    verticles.catchup().ifPresent(measured::measure);
    verticles.bridge().ifPresent(measured::measure);
    verticles.network().ifPresent(measured::measure);
    final List<Link> chain = new ArrayList<>();
    if (registry instanceof PrometheusMeterRegistry prometheus) {
      chain.add(new Link(new MetricsVerticle(prometheus::scrape), new DeploymentOptions()));
    }
    chain.addAll(verticles.chain());
    if (membership != null) {
      chain.add(new Link(new Announcement(membership), new DeploymentOptions()));
    }
    return Stage.deploy(vertx, chain)
        .compose(_ -> engine(verticles))
        .map(engine -> info = info(prepared, engine, begun));
  }

  private Future<Engine> engine(final Verticles verticles) {
    return verticles.execution().isEmpty()
        ? Future.succeededFuture(new Engine(false, "applications run elsewhere"))
        : Bus.of(vertx).request(Topics.ENGINE_GET, new GetEngine());
  }

  private NodeInfo info(final Prepared prepared, final Engine engine, final long begun) {
    final NodeConfiguration found = prepared.configuration();
    final Verticles verticles = prepared.verticles();
    return new NodeInfo(
        CalimeroNode.version(),
        Runtime.version().toString(),
        engine.description(),
        engine.compiled(),
        found.home(),
        verticles.http().map(http -> uri(found.httpHost(), http.port())).stream().toList(),
        verticles.network().map(NetworkVerticle::port).orElse(0),
        verticles.network().map(NetworkVerticle::peerId).orElse(""),
        vertx.isClustered() ? Optional.of(name) : Optional.empty(),
        verticles.bridge().map(BridgeVerticle::addresses).orElse(List.of()),
        Duration.ofNanos(System.nanoTime() - begun),
        verticles.context().map(context -> Remarks.of(context.recovery())).orElse(List.of()));
  }

  @Override
  public Future<?> stop() {
    return release();
  }

  private Future<?> release() {
    Bus.observe(vertx, BusObserver.NONE);
    final Membership taken = membership;
    final Future<?> left = taken == null ? Future.succeededFuture() : taken.end();
    return left.transform(_ -> closeHome());
  }

  private Future<?> closeHome() {
    return vertx
        .executeBlocking(
            () -> {
              final NodeHome opened = home;
              if (opened != null) {
                opened.close();
              }
              final NodeMetrics measured = metrics;
              if (measured != null) {
                measured.close();
              }
              return true;
            })
        .onComplete(
            _ -> {
              NodeName.give(vertx);
              stopped.countDown();
            });
  }

  private static URI uri(final String host, final int port) {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }
}
