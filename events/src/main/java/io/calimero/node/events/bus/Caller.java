// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Problem;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * Who sent a command, and how it wants to be answered: a service of the JVM by a {@link Parcel}, by
 * reference or as borsh; any other service by JSON, with {@code {"result": …}} or {@code {"error":
 * {"code", "message", "subject"}}}.
 *
 * @param <Q> the type of the request
 * @param <R> the type of the reply
 */
sealed interface Caller<Q, R> {
  /**
   * The request.
   *
   * @throws MalformedException if it does not have the form that it must have
   */
  Q request();

  /** Answers. */
  void reply(R reply);

  /** Tells what is wrong. */
  void fail(Problem problem);

  /** The caller behind a message. */
  static <Q, R> Caller<Q, R> of(final CommandTopic<Q, R> topic, final Message<Object> message) {
    // Bytes that cannot be read are a message without a body: a foreign one, which is refused.
    return Parcels.body(message).orElse("") instanceof Parcel parcel
            && parcel.topic().equals(topic.address())
            && parcel.content() instanceof Parcel.Message request
        ? new Typed<>(topic, message, request)
        : new Foreign<>(topic, message);
  }

  /** A service of the JVM. */
  record Typed<Q, R>(CommandTopic<Q, R> topic, Message<Object> message, Parcel.Message content)
      implements Caller<Q, R> {
    private static final DeliveryOptions OPTIONS =
        new DeliveryOptions().setCodecName(ParcelCodec.NAME);

    @Override
    @SuppressWarnings("unchecked") // whoever requests the topic sends its request type
    public Q request() {
      return (Q) content.body();
    }

    @Override
    public void reply(final R reply) {
      send(new Parcel.Reply(reply));
    }

    @Override
    public void fail(final Problem problem) {
      send(new Parcel.Failure(problem));
    }

    private void send(final Parcel.Content answer) {
      if (message.replyAddress() != null) {
        message.reply(new Parcel(topic.address(), answer), OPTIONS);
      }
    }
  }

  /** Any other service. */
  record Foreign<Q, R>(CommandTopic<Q, R> topic, Message<Object> message) implements Caller<Q, R> {
    private static final JsonForm<Problem> PROBLEM = JsonForm.of(Problem.class);

    @Override
    public Q request() {
      if (topic.scope() != Scope.CLUSTER) {
        throw new MalformedException(topic.address() + " is for the node itself");
      }
      if (!(Parcels.body(message).orElse("") instanceof JsonObject json)) {
        throw new MalformedException("the message must be an object");
      }
      return topic.requestForm().read(json, "");
    }

    @Override
    public void reply(final R reply) {
      send(new JsonObject().put("result", topic.replyForm().write(reply)));
    }

    @Override
    public void fail(final Problem problem) {
      send(new JsonObject().put("error", PROBLEM.write(problem)));
    }

    private void send(final JsonObject answer) {
      if (message.replyAddress() != null) {
        message.reply(answer);
      }
    }
  }
}
