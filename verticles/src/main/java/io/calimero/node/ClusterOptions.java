// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a JVM is part of its operator's cluster.
 *
 * @param enabled whether it is
 * @param name the name of the cluster; only those of the same name meet
 * @param node the name of the node in this JVM; one that stays with its home if absent
 * @param host the address at which this JVM listens for the others
 * @param port the first of the ports that Hazelcast may take there
 * @param busPort the port of the event bus; 0 for any free one
 * @param publicAddress what the others are told instead of Hazelcast's address
 * @param busPublicAddress what the others are told instead of the event bus's address
 * @param members where the others are, as host or host:port
 * @param nodes the names of the nodes that belong to the cluster
 * @param silence how long a node may be silent before it counts as away
 * @param hazelcast a Hazelcast configuration instead of the one that comes with the node
 */
public record ClusterOptions(
    boolean enabled,
    String name,
    Optional<String> node,
    String host,
    int port,
    int busPort,
    Optional<Address> publicAddress,
    Optional<Address> busPublicAddress,
    List<String> members,
    List<String> nodes,
    Duration silence,
    Optional<Path> hazelcast) {

  /**
   * An address with its port.
   *
   * @param host a name or an IP address, an IPv6 address without brackets
   * @param port the port
   */
  public record Address(String host, int port) {
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** Keeps copies. */
  public ClusterOptions {
    members = List.copyOf(members);
    nodes = List.copyOf(nodes);
  }
}
