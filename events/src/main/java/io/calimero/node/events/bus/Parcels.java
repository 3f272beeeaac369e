// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.vertx.core.eventbus.Message;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes out of messages what they carry, whoever has sent them. */
final class Parcels {
  private static final Logger LOG = LoggerFactory.getLogger(Parcels.class);

  private Parcels() {}

  /**
   * The body of a message; nothing if there is none that can be read. Another JVM may send
   * anything.
   */
  static Optional<Object> body(final Message<Object> message) {
    try {
      return Optional.ofNullable(message.body());
    } catch (final RuntimeException e) {
      // Told in one line: whoever sends it could send many.
      LOG.warn("a message at {} cannot be read: {}", message.address(), e.toString());
      return Optional.empty();
    }
  }

  /** The notice in a message; nothing if it is something else. */
  static <E> Optional<E> notice(final Message<Object> message, final Class<E> type) {
    return body(message)
        .filter(Parcel.class::isInstance)
        .map(parcel -> ((Parcel) parcel).content())
        .filter(Parcel.Message.class::isInstance)
        .map(content -> ((Parcel.Message) content).body())
        .filter(type::isInstance)
        .map(type::cast);
  }
}
