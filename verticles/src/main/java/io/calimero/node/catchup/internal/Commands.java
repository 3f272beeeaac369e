// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.bus.CommandTopic;
import java.util.concurrent.CompletableFuture;

/** Asks the other verticles. Futures complete on the loop, and fail in the words of the bus. */
public interface Commands {
  /** Sends a command and gives its reply. */
  <Q, R> CompletableFuture<R> ask(CommandTopic<Q, R> topic, Q request);
}
