// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.NodeMessages;
import io.calimero.node.events.messages.OperationMessages;

/** The node as a whole, and the nodes of a cluster. A part of {@link Topics}. */
sealed interface NodeTopics permits Topics {
  /** Reads the metrics of this JVM. Answered by whoever measures it. */
  CommandTopic<OperationMessages.ReadMetrics, OperationMessages.Metrics> METRICS_READ =
      CommandTopic.of(
          "calimero.v1.metrics.read",
          OperationMessages.ReadMetrics.class,
          OperationMessages.Metrics.class,
          LOCAL,
          SHORT,
          4);

  /** A node of the cluster is there, or stops. Published by its JVM, several times a second. */
  EventTopic<NodeMessages.Alive> NODE_ALIVE =
      EventTopic.of("calimero.v1.node.alive", NodeMessages.Alive.class, CLUSTER);

  /** Somebody wants to know which nodes there are, at once. Published by any JVM. */
  EventTopic<NodeMessages.WhoIsThere> NODE_WANTED =
      EventTopic.of("calimero.v1.node.wanted", NodeMessages.WhoIsThere.class, CLUSTER);
}
