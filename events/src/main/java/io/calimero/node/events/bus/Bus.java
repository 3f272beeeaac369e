// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event bus with the node's topics on it.
 *
 * <p>Delivery is at most once. Within the JVM, what one verticle sends to one address is delivered
 * in the order of sending. A failed command fails with a {@link NodeException}, always.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  private static final String OBSERVER_MAP = "calimero.observer";
  private static final String OBSERVER = "observer";

  private final EventBus eventBus;
  private final BusObserver observer;

  private record Shared(BusObserver observer) implements Shareable {}

  private Bus(final EventBus eventBus, final BusObserver observer) {
    this.eventBus = eventBus;
    this.observer = observer;
  }

  /** The bus of a Vert.x. May be asked for any number of times. */
  public static Bus of(final Vertx vertx) {
    final EventBus eventBus = vertx.eventBus();
    synchronized (eventBus) {
      if (!vertx.sharedData().<String, Boolean>getLocalMap(ParcelCodec.NAME).containsKey("codec")) {
        eventBus.registerCodec(new ParcelCodec());
        vertx.sharedData().<String, Boolean>getLocalMap(ParcelCodec.NAME).put("codec", true);
      }
    }
    final Shared shared =
        vertx.sharedData().<String, Shared>getLocalMap(OBSERVER_MAP).get(OBSERVER);
    return new Bus(eventBus, shared == null ? BusObserver.NONE : shared.observer());
  }

  /**
   * From now on whoever asks for the bus of this Vert.x is seen by the observer; who has asked
   * before is not.
   */
  public static void observe(final Vertx vertx, final BusObserver observer) {
    vertx
        .sharedData()
        .<String, Shared>getLocalMap(OBSERVER_MAP)
        .put(OBSERVER, new Shared(observer));
  }

  /**
   * Sends a command and waits for its reply, as long as the topic allows.
   *
   * @return the reply, or a {@link NodeException}: whatever the answering verticle said, {@code
   *     TIMEOUT}, or {@code NOT_READY} if nobody answers this topic
   */
  @SuppressWarnings("unchecked") // whoever serves the topic replies with its reply type
  public <Q, R> Future<R> request(final CommandTopic<Q, R> topic, final Q request) {
    final Parcel parcel = new Parcel(topic.address(), new Parcel.Message(request));
    return eventBus
        .<Parcel>request(
            topic.address(),
            parcel,
            options(topic.scope()).setSendTimeout(topic.timeout().toMillis()))
        .transform(
            reply -> {
              if (reply.failed()) {
                final NodeException failure = transportFailure(topic, reply.cause());
                observer.unanswered(topic, failure);
                return Future.failedFuture(failure);
              }
              return switch (reply.result().body().content()) {
                case Parcel.Reply done -> Future.succeededFuture((R) done.body());
                case Parcel.Failure failure -> Future.failedFuture(failure.problem().toException());
                case Parcel.Message _ ->
                    Future.failedFuture(
                        internal(topic.address(), new IllegalStateException("no reply")));
              };
            });
  }

  /**
   * Answers a command. The handler runs on the context of the calling verticle; what it fails with
   * reaches the requester as a problem, {@code INTERNAL} where it is no {@link NodeException}.
   */
  public <Q, R> MessageConsumer<?> serve(
      final CommandTopic<Q, R> topic, final Function<Q, Future<R>> handler) {
    final AtomicInteger inFlight = new AtomicInteger();
    return this.<Object>consumer(topic.address(), topic.scope())
        .handler(
            message -> {
              final Caller<Q, R> caller = Caller.of(topic, message);
              if (inFlight.incrementAndGet() > topic.inFlight()) {
                inFlight.decrementAndGet();
                observer.refused(topic);
                caller.fail(busy(topic));
                return;
              }
              final long begun = System.nanoTime();
              final BusObserver.Witness witness = observer.witness(topic);
              observer.begun(topic);
              answer(topic, caller, handler, witness)
                  .onComplete(
                      result -> {
                        inFlight.decrementAndGet();
                        final long nanos = System.nanoTime() - begun;
                        if (result.succeeded()) {
                          observer.answered(topic, nanos, result.result());
                          witness.answered(result.result());
                          caller.reply(result.result());
                        } else {
                          final Problem problem =
                              internal(topic.address(), result.cause()).problem();
                          observer.failed(topic, nanos, problem);
                          witness.failed(problem);
                          caller.fail(problem);
                        }
                      });
            });
  }

  /** Publishes a notice to all who listen now. */
  public <E> void publish(final EventTopic<E> topic, final E event) {
    eventBus.publish(
        topic.address(),
        new Parcel(topic.address(), new Parcel.Message(event)),
        options(topic.scope()));
    // Published as what they are, to whoever listens anywhere: these leave out nothing that is
    // not in the log for all of the operator's services to read.
    JsonNotices.of(event).forEach(notice -> eventBus.publish(notice.address(), notice.body()));
  }

  /** Listens to a notice, on the context of the calling verticle. */
  @SuppressWarnings("unchecked") // whoever publishes the topic sends its type
  public <E> MessageConsumer<?> subscribe(final EventTopic<E> topic, final Consumer<E> handler) {
    return this.<Object>consumer(topic.address(), topic.scope())
        .handler(
            message -> {
              // Whatever else a foreign service sends to this address is none of our notices.
              if (message.body() instanceof Parcel parcel
                  && parcel.content() instanceof Parcel.Message notice) {
                handler.accept((E) notice.body());
              }
            });
  }

  private <T> MessageConsumer<T> consumer(final String address, final Scope scope) {
    return scope == Scope.LOCAL ? eventBus.localConsumer(address) : eventBus.consumer(address);
  }

  private static <Q, R> Future<R> answer(
      final CommandTopic<Q, R> topic,
      final Caller<Q, R> caller,
      final Function<Q, Future<R>> handler,
      final BusObserver.Witness witness) {
    try {
      final Q request = caller.request();
      witness.asked(request);
      return handler.apply(request);
    } catch (final MalformedException e) {
      return Future.failedFuture(
          Problem.of(Code.INVALID_REQUEST, String.valueOf(e.getMessage())).toException());
    } catch (final RuntimeException e) {
      return Future.failedFuture(internal(topic.address(), e));
    }
  }

  private static DeliveryOptions options(final Scope scope) {
    return new DeliveryOptions().setCodecName(ParcelCodec.NAME).setLocalOnly(scope == Scope.LOCAL);
  }

  private static Problem busy(final CommandTopic<?, ?> topic) {
    return Problem.of(
        Code.BUSY,
        "the node is working on " + topic.inFlight() + " requests of this kind already: try again");
  }

  private static NodeException transportFailure(
      final CommandTopic<?, ?> topic, final Throwable cause) {
    if (cause instanceof ReplyException failure) {
      return switch (failure.failureType()) {
        case TIMEOUT ->
            Problem.of(
                    Code.TIMEOUT,
                    "no answer within " + topic.timeout().toSeconds() + " s; it may still be done")
                .toException();
        case NO_HANDLERS ->
            Problem.of(Code.NOT_READY, "the node is starting or stopping").toException();
        default -> internal(topic.address(), cause);
      };
    }
    return internal(topic.address(), cause);
  }

  private static NodeException internal(final String address, final Throwable failure) {
    if (failure instanceof NodeException expected) {
      return expected;
    }
    // A stage that hangs on another fails with the failure of that one, wrapped.
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return internal(address, failure.getCause());
    }
    LOG.error("{} failed unexpectedly", address, failure);
    return Problem.of(Code.INTERNAL, "internal error: " + failure).toException();
  }
}
