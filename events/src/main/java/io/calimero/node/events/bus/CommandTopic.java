// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.RecordCodec;
import java.time.Duration;

/**
 * A command: a request that one verticle answers.
 *
 * @param address where it is sent
 * @param requestCodec the wire form of the request
 * @param replyCodec the wire form of the reply
 * @param requestForm the JSON form of the request
 * @param replyForm the JSON form of the reply
 * @param scope how far it may travel
 * @param timeout how long a requester waits before it gets {@code TIMEOUT}
 * @param inFlight how many the answering verticle takes on at once; more get {@code BUSY}
 * @param <Q> the type of the request
 * @param <R> the type of the reply
 */
public record CommandTopic<Q, R>(
    String address,
    Codec<Q> requestCodec,
    Codec<R> replyCodec,
    JsonForm<Q> requestForm,
    JsonForm<R> replyForm,
    Scope scope,
    Duration timeout,
    int inFlight) {

  /** A command whose wire forms are derived from its records. */
  static <Q, R> CommandTopic<Q, R> of(
      final String address,
      final Class<Q> request,
      final Class<R> reply,
      final Scope scope,
      final Duration timeout,
      final int inFlight) {
    return new CommandTopic<>(
        address,
        RecordCodec.of(request),
        RecordCodec.of(reply),
        JsonForm.of(request),
        JsonForm.of(reply),
        scope,
        timeout,
        inFlight);
  }
}
