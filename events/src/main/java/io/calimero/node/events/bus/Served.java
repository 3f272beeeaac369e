// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A command that is answered here: bounded, measured, every failure told as a problem.
 *
 * @param <Q> the type of the request
 * @param <R> the type of the reply
 */
final class Served<Q, R> {
  private final CommandTopic<Q, R> topic;
  private final BusObserver observer;
  private final Function<Q, Future<R>> handler;
  private final AtomicInteger inFlight = new AtomicInteger();

  Served(
      final CommandTopic<Q, R> topic,
      final BusObserver observer,
      final Function<Q, Future<R>> handler) {
    this.topic = topic;
    this.observer = observer;
    this.handler = handler;
  }

  /**
   * Answers a message.
   *
   * @param foreign who answers those of foreign services
   */
  void accept(final Message<Object> message, final Served<Q, R> foreign) {
    final Caller<Q, R> caller = Caller.of(topic, message);
    if (caller instanceof Caller.Foreign<Q, R>) {
      foreign.answer(caller);
    } else {
      answer(caller);
    }
  }

  /** Answers a message of a service of the JVM; no other is sent to where this listens. */
  void ofTheJvm(final Message<Object> message) {
    accept(message, this);
  }

  private void answer(final Caller<Q, R> caller) {
    if (inFlight.incrementAndGet() > topic.inFlight()) {
      inFlight.decrementAndGet();
      observer.refused(topic);
      caller.fail(
          Problem.of(
              Code.BUSY,
              "the node is working on "
                  + topic.inFlight()
                  + " requests of this kind already: try again"));
      return;
    }
    final long begun = System.nanoTime();
    final BusObserver.Witness witness = observer.witness(topic);
    observer.begun(topic);
    run(caller, witness)
        .onComplete(
            result -> {
              inFlight.decrementAndGet();
              final long nanos = System.nanoTime() - begun;
              if (result.succeeded()) {
                observer.answered(topic, nanos, result.result());
                witness.answered(result.result());
                caller.reply(result.result());
              } else {
                final Problem problem = Requests.unexpected(topic, result.cause()).problem();
                observer.failed(topic, nanos, problem);
                witness.failed(problem);
                caller.fail(problem);
              }
            });
  }

  private Future<R> run(final Caller<Q, R> caller, final BusObserver.Witness witness) {
    try {
      final Q request = caller.request();
      witness.asked(request);
      return handler.apply(request);
    } catch (final MalformedException e) {
      return Future.failedFuture(
          Problem.of(Code.INVALID_REQUEST, String.valueOf(e.getMessage())).toException());
    } catch (final RuntimeException e) {
      return Future.failedFuture(Requests.unexpected(topic, e));
    }
  }
}
