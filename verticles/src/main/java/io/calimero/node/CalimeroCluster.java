// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.events.bus.Bus;
import io.calimero.node.internal.ClusterSettings;
import io.calimero.node.internal.Clustering;
import io.calimero.node.internal.ConfigurationSources;
import io.calimero.node.internal.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;

/** The cluster of one operator, for services in JVMs of their own. */
public final class CalimeroCluster {
  private CalimeroCluster() {}

  /**
   * Joins the cluster with the node's own settings of it, and blocks until that is done; must not
   * be called on an event loop. Close the Vert.x to leave. A Vert.x that was clustered by other
   * means does as well, as long as it meets the same Hazelcast cluster.
   *
   * @param cluster the section {@code cluster} of conf/calimero.yaml, as far as it differs, such as
   *     {@code {"name": "mine", "members": ["192.0.2.7:5701"]}}
   * @return a Vert.x on whose event bus the nodes of the cluster are reached
   * @throws NodeStartException if the settings are wrong, or the port is in use
   */
  public static Vertx join(final JsonObject cluster) throws NodeStartException {
    final Settings settings =
        ConfigurationSources.read(
            Path.of("a service has no home"),
            Map.of(),
            "the settings of the cluster",
            ConfigurationSources.settings(new JsonObject().put("cluster", cluster)));
    final ClusterOptions options = ClusterSettings.of(settings);
    if (!settings.mistakes().isEmpty()) {
      throw new NodeStartException("the settings are not usable:", settings.mistakes());
    }
    try {
      final Vertx vertx = Clustering.join(Vertx.builder(), new VertxOptions(), options);
      Bus.of(vertx).expect(options.nodes());
      return vertx;
    } catch (final Exception e) {
      // A future throws what it fails with, checked or not.
      throw NodeStartException.of(e);
    }
  }
}
