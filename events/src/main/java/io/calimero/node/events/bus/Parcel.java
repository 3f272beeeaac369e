// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Problem;

/**
 * What the event bus carries: a message of a topic, and which part of the conversation it is.
 *
 * @param topic the address of the topic, which decides the wire form
 * @param content the message
 */
record Parcel(String topic, Content content) {

  /** Which part of the conversation. */
  sealed interface Content {}

  /** A command's request, or a notice. */
  record Message(Object body) implements Content {}

  /** A command's reply. */
  record Reply(Object body) implements Content {}

  /** A command's failure. */
  record Failure(Problem problem) implements Content {}
}
