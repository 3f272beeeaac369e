// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.internal.Clustering;
import io.calimero.node.internal.VertxFiles;
import io.calimero.node.operation.BlockedThreads;
import io.calimero.node.operation.NodeMetrics;
import io.calimero.node.operation.Tracing;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that runs, on a Vert.x of its own or of somebody else's. */
public final class CalimeroNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CalimeroNode.class);

  private final Vertx vertx;
  private final Optional<Tracing> ownVertx;
  private final String deployment;
  private final NodeVerticle verticle;
  private boolean stopping;

  /**
   * A node.
   *
   * @param ownVertx what traces it, if the Vert.x is its own
   */
  private CalimeroNode(
      final Vertx vertx,
      final Optional<Tracing> ownVertx,
      final String deployment,
      final NodeVerticle verticle) {
    this.vertx = vertx;
    this.ownVertx = ownVertx;
    this.deployment = deployment;
    this.verticle = verticle;
  }

  /**
   * A node to be deployed on a Vert.x of the caller's.
   *
   * @param home the home's directory; made when the node starts, if there is none
   */
  public static NodeBuilder at(final Path home) {
    return new NodeBuilder(home);
  }

  /**
   * Starts a node on a Vert.x of its own; makes its home first if there is none. Blocks until it
   * serves; must not be called on an event loop.
   *
   * @throws NodeStartException if the home or a port is in use, or whatever else keeps it from
   *     starting; nothing runs then and nothing is locked
   */
  public static CalimeroNode start(final NodeConfiguration configuration)
      throws NodeStartException {
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Tracing tracing = tracing(configuration);
    final Vertx vertx = vertx(configuration, registry, tracing);
    final NodeVerticle verticle =
        new NodeVerticle(Optional.of(() -> configuration), registry, true);
    BlockedThreads.watch(vertx, () -> verticle.metrics().ifPresent(NodeMetrics::threadBlocked));
    try {
      final String deployment = vertx.deployVerticle(verticle, new DeploymentOptions()).await();
      return new CalimeroNode(vertx, Optional.of(tracing), deployment, verticle);
    } catch (final Exception e) {
      // A future throws what it fails with, checked or not.
      vertx.close().await();
      tracing.close();
      throw NodeStartException.of(e);
    }
  }

  private static Vertx vertx(
      final NodeConfiguration configuration,
      final PrometheusMeterRegistry registry,
      final Tracing tracing)
      throws NodeStartException {
    final NodeConfiguration.Threads threads = configuration.threads();
    final VertxOptions options =
        new VertxOptions()
            .setMetricsOptions(measured())
            .setFileSystemOptions(VertxFiles.UNUSED)
            .setWorkerPoolSize(threads.workers());
    if (threads.eventLoops() > 0) {
      options.setEventLoopPoolSize(threads.eventLoops());
    }
    final VertxBuilder builder =
        tracing.into(Vertx.builder().withMetrics(new MicrometerMetricsFactory(registry)));
    if (!configuration.cluster().enabled()) {
      return builder.with(options).build();
    }
    try {
      return Clustering.join(builder, options, configuration.cluster());
    } catch (final Exception e) {
      // A future throws what it fails with, checked or not.
      tracing.close();
      throw NodeStartException.of(e);
    }
  }

  /** Deploys a node; see {@link NodeBuilder#deploy}. */
  static Future<CalimeroNode> deploy(final Vertx vertx, final NodeVerticle verticle) {
    return vertx
        .deployVerticle(verticle)
        .map(deployment -> new CalimeroNode(vertx, Optional.empty(), deployment, verticle));
  }

  private static Tracing tracing(final NodeConfiguration configuration) throws NodeStartException {
    try {
      return Tracing.of(configuration.tracing());
    } catch (final RuntimeException e) {
      throw new NodeStartException("tracing cannot be set up: " + e.getMessage(), e);
    }
  }

  private static MicrometerMetricsOptions measured() {
    return new MicrometerMetricsOptions()
        .setEnabled(true)
        .setJvmMetricsEnabled(false)
        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
        .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET)
        .addDisabledMetricsCategory(MetricsDomain.VERTICLES);
  }

  /** What can be said of it. */
  public NodeInfo info() {
    return verticle.info();
  }

  /**
   * Undeploys the node: no new requests, everything accepted is answered, the log is closed, the
   * state is kept for a quick start, the home is free when the future completes. Vert.x goes on.
   */
  public Future<Void> undeploy() {
    return vertx.undeploy(deployment);
  }

  /**
   * Undeploys the node, closes its Vert.x if it is its own, and blocks until that is done; does
   * nothing the second time. Must not be called on an event loop.
   */
  public synchronized void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    try {
      undeploy().await();
    } catch (final RuntimeException e) {
      LOG.error("the node did not stop in order; nothing acknowledged is lost", e);
    } finally {
      ownVertx.ifPresent(
          tracing -> {
            vertx.close().await();
            tracing.close();
          });
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** Waits until the node has stopped. */
  public void awaitStop() throws InterruptedException {
    verticle.awaitStop();
  }

  /** The version of the node's code. */
  public static String version() {
    return Optional.ofNullable(CalimeroNode.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
