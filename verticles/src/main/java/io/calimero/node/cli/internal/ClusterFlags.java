// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Failure;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** What is said on the command line about the cluster. */
final class ClusterFlags {
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      description = "The cluster's name; only those of the same name meet.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--cluster-host",
      paramLabel = "ADDRESS",
      description = "The address at which the others reach this JVM. Default: 127.0.0.1.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      description = "The first port to try there. Default: 5701.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--cluster-member",
      paramLabel = "HOST[:PORT]",
      description = "Where another member is; may be repeated. Default: 127.0.0.1.")
  private List<String> members = new ArrayList<>();

  @Option(
      names = "--cluster-node",
      paramLabel = "NAME",
      description =
          "Of a node its name in the cluster; of a gateway the name of a node that belongs to it,"
              + " which may be repeated.")
  private List<String> nodes = new ArrayList<>();

  /** The settings of a node. */
  Map<String, String> settings(final boolean clustered) {
    if (nodes.size() > 1) {
      throw Failure.usage("a node has one name: --cluster-node must not be repeated");
    }
    final Map<String, String> settings = common(clustered);
    nodes.forEach(each -> settings.put("cluster.node", each));
    return settings;
  }

  /** The settings of a gateway. */
  Map<String, String> settingsOfGateway() {
    final Map<String, String> settings = common(true);
    settings.put("node.parts", "http");
    if (!nodes.isEmpty()) {
      settings.put("cluster.nodes", new JsonArray(nodes).encode());
    }
    return settings;
  }

  private Map<String, String> common(final boolean clustered) {
    final Map<String, String> settings = new TreeMap<>();
    if (clustered) {
      settings.put("cluster.enabled", "true");
    }
    name.ifPresent(text -> settings.put("cluster.name", text));
    host.ifPresent(text -> settings.put("cluster.host", text));
    port("--cluster-port", port)
        .ifPresent(number -> settings.put("cluster.port", Integer.toString(number)));
    if (!members.isEmpty()) {
      settings.put("cluster.members", new JsonArray(members).encode());
    }
    return settings;
  }

  static OptionalInt port(final String option, final Optional<Integer> value) {
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.get() < 0 || value.get() > MAX_PORT) {
      throw Failure.usage(option + " must be between 0 and 65535");
    }
    return OptionalInt.of(value.get());
  }
}
