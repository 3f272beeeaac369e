// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.catchup.CatchupVerticle;
import io.calimero.node.context.ContextStores;
import io.calimero.node.context.ContextVerticle;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.ExecutionVerticle;
import io.calimero.node.http.HttpOptions;
import io.calimero.node.http.HttpVerticle;
import io.calimero.node.internal.Remarks;
import io.calimero.node.network.NetworkOptions;
import io.calimero.node.network.NetworkVerticle;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.NodeKey;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that runs: its home, its Vert.x, and the verticles, deployed in an order in which each
 * finds those it asks, and undeployed in the reverse one.
 */
public final class CalimeroNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CalimeroNode.class);

  private final NodeHome home;
  private final Vertx vertx;
  private final List<String> deployments;
  private final NodeInfo info;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean stopping;

  private CalimeroNode(
      final NodeHome home, final Vertx vertx, final List<String> deployments, final NodeInfo info) {
    this.home = home;
    this.vertx = vertx;
    this.deployments = deployments;
    this.info = info;
  }

  /**
   * Starts a node; makes its home first if there is none. Blocks until it serves; must not be
   * called on an event loop.
   *
   * @throws NodeStartException if the home or a port is in use, or whatever else keeps it from
   *     starting; nothing runs then and nothing is locked
   */
  public static CalimeroNode start(final NodeConfiguration configuration)
      throws NodeStartException {
    final long begun = System.nanoTime();
    final NodeHome home;
    try {
      home = NodeHome.init(configuration.home(), Clock.systemUTC());
    } catch (final StorageException e) {
      throw new NodeStartException(words(e), e);
    }
    final Vertx vertx = Vertx.vertx();
    try {
      final Deployed deployed = deploy(vertx, home, configuration);
      final NodeInfo info =
          new NodeInfo(
              version(),
              Runtime.version().toString(),
              deployed.engine.description(),
              deployed.engine.compiled(),
              home.directory(),
              List.of(uri(configuration.httpHost(), deployed.http.port())),
              deployed.network.port(),
              deployed.network.peerId(),
              Duration.ofNanos(System.nanoTime() - begun),
              Remarks.of(deployed.context.recovery()));
      return new CalimeroNode(home, vertx, deployed.ids, info);
    } catch (final RuntimeException e) {
      vertx.close().await();
      home.close();
      throw new NodeStartException(words(e), e);
    }
  }

  /** What can be said of it. */
  public NodeInfo info() {
    return info;
  }

  /**
   * Stops the node: no new requests, everything accepted is answered, the log is closed, the state
   * is kept for a quick start, the home is free. Blocks until then; does nothing the second time.
   */
  public synchronized void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    try {
      // One after the other, as those that are asked must outlive those that ask; closing Vert.x
      // would end all of them at once.
      deployments.reversed().forEach(this::undeploy);
      vertx.close().await();
    } catch (final RuntimeException e) {
      notInOrder(e);
    } finally {
      home.close();
      stopped.countDown();
    }
  }

  private void undeploy(final String deployment) {
    try {
      vertx.undeploy(deployment).await();
    } catch (final RuntimeException e) {
      notInOrder(e);
    }
  }

  private static void notInOrder(final RuntimeException failure) {
    LOG.error("the node did not stop in order; nothing acknowledged is lost", failure);
  }

  @Override
  public void close() {
    stop();
  }

  /** Waits until the node has stopped. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /** The version of the node's code. */
  public static String version() {
    return Optional.ofNullable(CalimeroNode.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private record Deployed(
      List<String> ids,
      NetworkVerticle network,
      ContextVerticle context,
      HttpVerticle http,
      ExecutionMessages.Engine engine) {}

  private static Deployed deploy(
      final Vertx vertx, final NodeHome home, final NodeConfiguration configuration) {
    final NetworkVerticle network = new NetworkVerticle(network(home, configuration.p2p()));
    final ExecutionVerticle execution =
        new ExecutionVerticle(execution(home, configuration.execution()));
    final ContextVerticle context =
        new ContextVerticle(
            ContextStores.of(home, configuration.log()),
            configuration.contexts(),
            CalimeroNode::now,
            new SecureRandom());
    final HttpVerticle http =
        new HttpVerticle(
            new HttpOptions(
                List.of(configuration.httpHost()),
                configuration.httpPort(),
                HttpOptions.DEFAULT.limits(),
                HttpOptions.DEFAULT.cors()));
    final List<String> ids = new ArrayList<>();
    ids.add(vertx.deployVerticle(network, new DeploymentOptions()).await());
    ids.add(vertx.deployVerticle(execution, new DeploymentOptions()).await());
    ids.add(
        vertx
            .deployVerticle(
                context, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
            .await());
    ids.add(
        vertx
            .deployVerticle(new CatchupVerticle(new SecureRandom()), new DeploymentOptions())
            .await());
    final ExecutionMessages.Engine engine =
        Bus.of(vertx).request(Topics.ENGINE_GET, new ExecutionMessages.GetEngine()).await();
    ids.add(vertx.deployVerticle(http, new DeploymentOptions()).await());
    return new Deployed(List.copyOf(ids), network, context, http, engine);
  }

  private static ExecutionOptions execution(
      final NodeHome home, final NodeConfiguration.Execution bounds) {
    final ExecutionOptions defaults = ExecutionOptions.defaults(home.state());
    return new ExecutionOptions(
        defaults.stateDirectory(),
        bounds.requireCompiler() ? defaults.engine().requiringCompiler() : defaults.engine(),
        bounds.writeThreads(),
        bounds.queryThreads(),
        defaults.queued(),
        defaults.pending(),
        bounds.callDeadline(),
        defaults.batchBudget(),
        bounds.loadedContexts(),
        defaults.loadedBytes(),
        defaults.snapshots(),
        defaults.stopTimeout());
  }

  private static NetworkOptions network(
      final NodeHome home, final NodeConfiguration.P2p configuration) {
    return new NetworkOptions(
        NodeKey.readOrCreate(home.nodeKey(), new SecureRandom()),
        configuration.hosts(),
        configuration.port(),
        configuration.bootstrap(),
        home.peers(),
        "calimero/" + version());
  }

  private static long now() {
    final Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private static URI uri(final String host, final int port) {
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  private static String words(final Throwable failure) {
    return Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
  }
}
