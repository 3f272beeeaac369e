// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.YamlConfigBuilder;
import io.calimero.node.ClusterOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;

/** Makes the Vert.x of a JVM that is part of a cluster. */
public final class Clustering {
  private static final String CONFIGURATION = "/hazelcast.yaml";
  private static final int PORTS = 20;

  /**
   * What is sent to a JVM that does not take it waits in memory; it is given up when no sign of
   * life has come for both of these together.
   */
  private static final Duration PING_EVERY = Duration.ofSeconds(2);

  private static final Duration PONG_WITHIN = Duration.ofSeconds(3);
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

  private Clustering() {}

  /**
   * Joins the cluster; blocks until that is done.
   *
   * @param options of the Vert.x to be made
   * @param builder that has everything but the cluster
   */
  public static Vertx join(
      final VertxBuilder builder, final VertxOptions options, final ClusterOptions cluster) {
    final Vertx vertx =
        builder
            .with(options.setEventBusOptions(eventBus(cluster)))
            .withClusterManager(new InsistentClusterManager(hazelcast(cluster)))
            .buildClustered()
            .await();
    // Messages are of our own codec, or JSON. Nobody's objects are made of bytes from elsewhere.
    vertx.eventBus().serializableChecker(_ -> false).clusterSerializableChecker(_ -> false);
    return vertx;
  }

  static EventBusOptions eventBus(final ClusterOptions cluster) {
    final EventBusOptions options =
        new EventBusOptions()
            .setHost(cluster.host())
            .setPort(cluster.busPort())
            .setClusterPingInterval(PING_EVERY.toMillis())
            .setClusterPingReplyInterval(PONG_WITHIN.toMillis())
            .setConnectTimeout((int) CONNECT_WITHIN.toMillis());
    cluster
        .busPublicAddress()
        .ifPresent(
            address ->
                options.setClusterPublicHost(address.host()).setClusterPublicPort(address.port()));
    return options;
  }

  static Config hazelcast(final ClusterOptions cluster) {
    if (cluster.hazelcast().isPresent()) {
      try (InputStream in = Files.newInputStream(cluster.hazelcast().get())) {
        return new YamlConfigBuilder(in).build();
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    final Config config = packaged().setClusterName(cluster.name());
    final NetworkConfig network = config.getNetworkConfig();
    network.setPort(cluster.port()).setPortAutoIncrement(true).setPortCount(PORTS);
    network.getInterfaces().setEnabled(true).addInterface(cluster.host());
    network.getJoin().getTcpIpConfig().setMembers(cluster.members());
    cluster.publicAddress().ifPresent(address -> network.setPublicAddress(address.toString()));
    return config;
  }

  private static Config packaged() {
    try (InputStream in = Clustering.class.getResourceAsStream(CONFIGURATION)) {
      return new YamlConfigBuilder(
              Objects.requireNonNull(in, "the node was packaged without conf/hazelcast.yaml"))
          .build();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
