// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.internal.ConfigurationSources;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Describes a node to be deployed on a Vert.x of the caller's. Every setting of conf/calimero.yaml
 * can be set under its name; the home's {@code config.yaml} is read too, and what is set here wins.
 * The environment is not looked at.
 */
public final class NodeBuilder {
  private static final String SOURCE = "the node builder";

  private final Path home;
  private final Map<String, String> settings = new TreeMap<>();
  private Optional<MeterRegistry> registry = Optional.empty();

  NodeBuilder(final Path home) {
    this.home = home;
  }

  /**
   * Sets one setting.
   *
   * @param name such as {@code execution.call-deadline}; one that does not exist is a mistake that
   *     the deployment fails with
   * @param value a text as it stands in the configuration file, a number or a boolean
   */
  public NodeBuilder set(final String name, final Object value) {
    settings.put(name, value.toString());
    return this;
  }

  /** Sets all settings of a tree, such as {@code {"http": {"port": 0}}}. */
  public NodeBuilder set(final JsonObject tree) {
    settings.putAll(ConfigurationSources.settings(tree));
    return this;
  }

  /** The address and the port of the HTTP API; port 0 takes any free one. */
  public NodeBuilder http(final String host, final int port) {
    return set("http.host", host).set("http.port", port);
  }

  /** Which parts run here, instead of all of them. */
  public NodeBuilder parts(final Part... parts) {
    final JsonArray names = new JsonArray();
    Arrays.stream(parts).forEach(part -> names.add(part.name().toLowerCase(Locale.ROOT)));
    return set("node.parts", names.encode());
  }

  /**
   * The registry that the node's metrics go to, instead of one of its own. {@code /metrics} shows
   * it if it is one of Prometheus.
   */
  public NodeBuilder registry(final MeterRegistry where) {
    registry = Optional.of(where);
    return this;
  }

  /**
   * The configuration; blocks, as it reads files.
   *
   * @throws NodeStartException naming every mistake and where it stands
   */
  public NodeConfiguration configuration() throws NodeStartException {
    return NodeConfiguration.load(home, Map.of(), SOURCE, settings);
  }

  /**
   * Deploys the node. May be called from anywhere.
   *
   * @return the node when it serves, or a {@link NodeStartException}; nothing of it runs then and
   *     nothing is locked
   */
  public Future<CalimeroNode> deploy(final Vertx vertx) {
    return CalimeroNode.deploy(
        vertx,
        new NodeVerticle(
            Optional.of(this::configuration),
            registry.orElseGet(() -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
            registry.isEmpty()));
  }
}
