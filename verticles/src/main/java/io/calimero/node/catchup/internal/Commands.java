// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.EventTopic;
import java.util.concurrent.CompletableFuture;

/** Asks the other verticles. Futures complete on the loop, and fail in the words of the bus. */
public interface Commands {
  /** Sends a command and gives its reply. */
  <Q, R> CompletableFuture<R> ask(CommandTopic<Q, R> topic, Q request);

  /** Tells whoever listens; nobody does unless this is said otherwise. */
  default <E> void tell(final EventTopic<E> topic, final E notice) {}
}
