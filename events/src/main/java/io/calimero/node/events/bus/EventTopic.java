// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.RecordCodec;

/**
 * A notice: published to whoever listens, at most once. What must not be missed is read from the
 * log by position.
 *
 * @param address where it is published
 * @param codec its wire form
 * @param scope how far it may travel
 * @param <E> its type
 */
public record EventTopic<E>(String address, Codec<E> codec, Scope scope) {

  /** A notice whose wire form is derived from its record. */
  static <E> EventTopic<E> of(final String address, final Class<E> type, final Scope scope) {
    return new EventTopic<>(address, RecordCodec.of(type), scope);
  }
}
