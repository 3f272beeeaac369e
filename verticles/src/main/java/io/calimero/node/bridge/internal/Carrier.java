// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge.internal;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** What carries the messages of one client, and in which words. Used on one event loop. */
interface Carrier {
  /** Sends a message; the future is completed when its bytes have left. */
  Future<?> write(Buffer message);

  /** Closes the connection when what was written has left. */
  void close();

  /** Ends the connection at once: a client that does not read would never let it be closed. */
  void cutOff();

  /** A message of the bus, as clients of this kind expect it. */
  JsonObject received(String address, JsonObject body, boolean isReply);

  /** A mistake that is about no command, as clients of this kind expect it. */
  JsonObject mistake(String reason);

  /** Whether a ping is answered. */
  boolean answersPings();
}
