// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.tracing.TracingPolicy;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command to one address, and what becomes of it. */
final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  private Requests() {}

  /**
   * Sends a command.
   *
   * @param address where to; the topic's own, or one of a node's
   * @param transport makes a problem of what kept the answer from coming
   * @return the reply, or a {@link NodeException}
   */
  static <Q, R> Future<R> send(
      final EventBus eventBus,
      final String address,
      final boolean localOnly,
      final CommandTopic<Q, R> topic,
      final Q request,
      final Function<Throwable, NodeException> transport) {
    return eventBus
        .<Parcel>request(
            address,
            new Parcel(topic.address(), new Parcel.Message(request)),
            options()
                .setTracingPolicy(tracing(topic))
                .setLocalOnly(localOnly)
                .setSendTimeout(Math.max(1, topic.timeout().toMillis())))
        .transform(
            reply ->
                reply.succeeded()
                    ? body(topic, reply.result())
                    : Future.failedFuture(transport.apply(reply.cause())));
  }

  /** Whoever waits for what a peer says next waits for nobody's request. */
  private static TracingPolicy tracing(final CommandTopic<?, ?> topic) {
    return topic.equals(Topics.STREAM_RECEIVE) ? TracingPolicy.IGNORE : TracingPolicy.PROPAGATE;
  }

  /** How parcels travel. */
  static DeliveryOptions options() {
    return new DeliveryOptions().setCodecName(ParcelCodec.NAME);
  }

  @SuppressWarnings("unchecked") // whoever serves the topic replies with its reply type
  private static <R> Future<R> body(final CommandTopic<?, R> topic, final Message<Parcel> reply) {
    try {
      return switch (reply.body().content()) {
        case Parcel.Reply done -> Future.succeededFuture((R) done.body());
        case Parcel.Failure failure -> Future.failedFuture(failure.problem().toException());
        case Parcel.Message _ ->
            Future.failedFuture(unexpected(topic, new IllegalStateException("no reply")));
      };
    } catch (final RuntimeException e) {
      // From another JVM it comes as bytes, which may be of another version.
      return Future.failedFuture(unexpected(topic, e));
    }
  }

  /** The problem when nobody in this JVM answered. */
  static NodeException transportFailure(final CommandTopic<?, ?> topic, final Throwable cause) {
    if (cause instanceof ReplyException failure) {
      return switch (failure.failureType()) {
        case TIMEOUT -> timeout(topic);
        case NO_HANDLERS ->
            Problem.of(Code.NOT_READY, "the node is starting or stopping").toException();
        default -> unexpected(topic, cause);
      };
    }
    return unexpected(topic, cause);
  }

  static NodeException timeout(final CommandTopic<?, ?> topic) {
    return Problem.of(
            Code.TIMEOUT,
            "no answer within " + topic.timeout().toSeconds() + " s; it may still be done")
        .toException();
  }

  /** Whether a failure is of this kind. */
  static boolean is(final Throwable failure, final Code code) {
    return failure instanceof NodeException known && known.problem().code() == code;
  }

  /** What an answering verticle failed with, as the requester sees it. */
  static NodeException unexpected(final CommandTopic<?, ?> topic, final Throwable failure) {
    if (failure instanceof NodeException expected) {
      return expected;
    }
    // A stage that hangs on another fails with the failure of that one, wrapped.
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return unexpected(topic, failure.getCause());
    }
    LOG.error("{} failed unexpectedly", topic.address(), failure);
    return Problem.of(Code.INTERNAL, "internal error: " + failure).toException();
  }
}
