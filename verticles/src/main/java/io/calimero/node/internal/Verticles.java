// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeConfiguration;
import io.calimero.node.Part;
import io.calimero.node.bridge.BridgeVerticle;
import io.calimero.node.catchup.CatchupVerticle;
import io.calimero.node.context.ContextStores;
import io.calimero.node.context.ContextVerticle;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.ExecutionVerticle;
import io.calimero.node.http.HttpOptions;
import io.calimero.node.http.HttpVerticle;
import io.calimero.node.internal.Stage.Link;
import io.calimero.node.network.NetworkOptions;
import io.calimero.node.network.NetworkVerticle;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.NodeKey;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The verticles of a node, as its configuration wants them.
 *
 * @param network meets other nodes, if it is placed here
 * @param execution runs applications, if it is placed here
 * @param context owns the log, if it is placed here
 * @param catchup keeps contexts together with other nodes, if it is placed here
 * @param http serves HTTP, if it is placed here
 * @param bridge lets in services that are not of the JVM, if there is a bridge
 */
public record Verticles(
    Optional<NetworkVerticle> network,
    Optional<ExecutionVerticle> execution,
    Optional<ContextVerticle> context,
    Optional<CatchupVerticle> catchup,
    Optional<HttpVerticle> http,
    Optional<BridgeVerticle> bridge) {

  /**
   * The verticles of these parts, not deployed.
   *
   * @param home the home, if a part needs it
   */
  public static Verticles of(final NodeConfiguration configuration, final Optional<NodeHome> home) {
    final Optional<NodeHome> meeting =
        home.filter(_ -> configuration.parts().contains(Part.NETWORK));
    return new Verticles(
        meeting.map(found -> new NetworkVerticle(network(found, configuration.p2p()))),
        home.filter(_ -> configuration.parts().contains(Part.EXECUTION))
            .map(
                found ->
                    new ExecutionVerticle(
                        execution(found, configuration.execution()), found.privates())),
        home.filter(_ -> configuration.parts().contains(Part.CONTEXT))
            .map(
                found ->
                    new ContextVerticle(
                        ContextStores.of(found, configuration.log()),
                        configuration.contexts(),
                        Verticles::now,
                        new SecureRandom())),
        meeting.map(
            _ ->
                new CatchupVerticle(
                    new SecureRandom(),
                    configuration.p2p().snapshotEntries(),
                    configuration.p2p().headsEvery())),
        configuration.parts().contains(Part.HTTP)
            ? Optional.of(new HttpVerticle(http(configuration)))
            : Optional.empty(),
        configuration.bridge().any()
            ? Optional.of(new BridgeVerticle(configuration.bridge()))
            : Optional.empty());
  }

  /** In the order in which each finds those it asks, with the threads that each wants. */
  public List<Link> chain() {
    final List<Link> chain = new ArrayList<>();
    network.ifPresent(verticle -> chain.add(new Link(verticle, new DeploymentOptions())));
    execution.ifPresent(verticle -> chain.add(new Link(verticle, new DeploymentOptions())));
    context.ifPresent(
        verticle ->
            chain.add(
                new Link(
                    verticle,
                    new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))));
    catchup.ifPresent(verticle -> chain.add(new Link(verticle, new DeploymentOptions())));
    http.ifPresent(verticle -> chain.add(new Link(verticle, new DeploymentOptions())));
    bridge.ifPresent(verticle -> chain.add(new Link(verticle, new DeploymentOptions())));
    return chain;
  }

  private static HttpOptions http(final NodeConfiguration configuration) {
    return new HttpOptions(
        List.of(configuration.httpHost()),
        configuration.httpPort(),
        configuration.httpLimits(),
        HttpOptions.DEFAULT.cors(),
        configuration.metrics(),
        configuration.push());
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
        defaults.stopTimeout(),
        bounds.warmUp());
  }

  private static NetworkOptions network(
      final NodeHome home, final NodeConfiguration.P2p configuration) {
    return new NetworkOptions(
        NodeKey.readOrCreate(home.nodeKey(), new SecureRandom()),
        configuration.hosts(),
        configuration.port(),
        configuration.announce(),
        configuration.bootstrap(),
        home.peers(),
        "calimero/" + CalimeroNode.version(),
        configuration.redialEvery());
  }

  private static long now() {
    final Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
