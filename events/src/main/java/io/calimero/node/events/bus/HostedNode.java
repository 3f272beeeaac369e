// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.messages.NodeMessages.Alive;
import io.vertx.core.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node of this JVM, as the cluster knows it.
 *
 * @param name its name
 * @param incarnation this run of it
 * @param started when the run began, in milliseconds since 1970
 * @param everyMillis how often it tells that it is there
 * @param contexts how many contexts it has
 * @param listening what must complete before it can be asked
 */
record HostedNode(
    String name,
    String incarnation,
    long started,
    long everyMillis,
    AtomicLong contexts,
    Queue<Future<?>> listening) {

  HostedNode(
      final String name, final String incarnation, final long started, final long everyMillis) {
    this(name, incarnation, started, everyMillis, new AtomicLong(), new ConcurrentLinkedQueue<>());
  }

  Alive alive(final boolean leaving) {
    return new Alive(name, incarnation, started, everyMillis, contexts.get(), leaving);
  }
}
