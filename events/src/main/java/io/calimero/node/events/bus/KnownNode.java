// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.NodeMessages.Alive;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node of the cluster, as this JVM sees it: whether it is there, and what it has been asked and
 * has not answered yet. Used from any thread.
 *
 * <p>What is asked of a node goes to an address of that very run of it. One that was started again
 * listens at another, so that nothing is sent to a process that is no more because somebody still
 * believes in it.
 */
final class KnownNode {
  /** So many announcements must fail to come before it counts as silent. */
  private static final int MISSED = 4;

  /** After so many words of a node, each half a second after the other, what was placed is told. */
  private static final int WORDS_UNTIL_TOLD = 4;

  private final String name;
  private final EventBus eventBus;
  private final BusObserver observer;
  private final Set<Pending<?>> pending = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private volatile State state = new State(Optional.empty(), false, 0);

  /** How many contexts it has at least, by what was placed there, for as many words of it more. */
  private long floor;

  private int floorWords;

  private record State(Optional<Alive> last, boolean there, long heardNanos) {}

  KnownNode(final String name, final EventBus eventBus, final BusObserver observer) {
    this.name = name;
    this.eventBus = eventBus;
    this.observer = observer;
  }

  /** The address of one run of a node, for a topic. */
  static String address(final String topic, final String incarnation) {
    return topic + "@" + incarnation;
  }

  String name() {
    return name;
  }

  /** Whether it can be asked. */
  boolean isThere() {
    return state.there;
  }

  /** How many contexts it has, as far as is known. */
  synchronized long contexts() {
    final long told = state.last.map(Alive::contexts).orElse(0L);
    return floorWords > 0 ? Math.max(told, floor) : told;
  }

  /**
   * A context will be created there, which it will tell of in a while: what it says next may have
   * been on its way before.
   */
  synchronized void placed() {
    floor = contexts() + 1;
    floorWords = WORDS_UNTIL_TOLD;
  }

  /**
   * It told that it is there.
   *
   * @return whether it was not there before
   */
  boolean heard(final Alive alive, final long nanos) {
    final State before;
    final boolean another;
    synchronized (this) {
      before = state;
      if (before.last.filter(last -> last.started() > alive.started()).isPresent()) {
        return false; // a straggler of an earlier run
      }
      state = new State(Optional.of(alive), !alive.leaving(), nanos);
      another =
          before.last.filter(last -> !last.incarnation().equals(alive.incarnation())).isPresent();
      floorWords = another ? 0 : Math.max(0, floorWords - 1);
    }
    if (another || alive.leaving()) {
      failAll(
          another
              ? "the node " + name + " was started again"
              : "the node " + name + " has stopped");
    }
    return !before.there && !alive.leaving();
  }

  /**
   * Time has passed.
   *
   * @return whether it was there and counts as gone from now on
   */
  boolean tick(final long nanos) {
    synchronized (this) {
      final long silence =
          TimeUnit.MILLISECONDS.toNanos(
              state.last.map(last -> MISSED * last.everyMillis()).orElse(0L));
      if (!state.there || nanos - state.heardNanos <= silence) {
        return false;
      }
      state = new State(state.last, false, state.heardNanos);
    }
    failAll("the node " + name + " has fallen silent");
    return true;
  }

  /** This JVM did not run for a while: what it did not hear then is no sign of anything. */
  synchronized void excuse(final long nanos) {
    state = new State(state.last, state.there, state.heardNanos + nanos);
  }

  /** Sends a command to it. Fails at once if it is not there. */
  <Q, R> Future<R> send(final CommandTopic<Q, R> topic, final Q request) {
    final State now = state;
    if (!now.there || now.last.isEmpty()) {
      return refused(topic, unavailable());
    }
    final AtomicInteger number =
        inFlight.computeIfAbsent(topic.address(), _ -> new AtomicInteger());
    if (number.incrementAndGet() > topic.inFlight()) {
      number.decrementAndGet();
      return refused(
          topic,
          Problem.of(
                  Code.BUSY,
                  "the node "
                      + name
                      + " has "
                      + topic.inFlight()
                      + " requests of this kind to answer")
              .toException());
    }
    final Pending<R> waiting = new Pending<>(number, Vertx.currentContext());
    pending.add(waiting);
    if (!state.there) {
      // It went between the first look and now, and nobody would tell.
      waiting.fail("the node " + name + " cannot be reached");
    }
    Requests.send(
            eventBus,
            address(topic.address(), now.last.get().incarnation()),
            false,
            topic,
            request,
            cause -> failure(topic, cause))
        .onComplete(waiting::end);
    return waiting.promise.future();
  }

  /** The problem of a node that was not even asked. */
  NodeException unavailable() {
    return Problem.of(
            Code.NODE_UNAVAILABLE,
            "the node " + name + " cannot be reached; nothing was done: try again")
        .toException();
  }

  private <R> Future<R> refused(final CommandTopic<?, R> topic, final NodeException problem) {
    observer.unanswered(topic, problem);
    return Future.failedFuture(problem);
  }

  private NodeException failure(final CommandTopic<?, ?> topic, final Throwable cause) {
    final NodeException problem;
    if (cause instanceof ReplyException failure
        && failure.failureType() == ReplyFailure.NO_HANDLERS) {
      problem = unavailable();
    } else if (cause instanceof ReplyException failure
        && failure.failureType() == ReplyFailure.TIMEOUT) {
      problem = Requests.timeout(topic);
    } else {
      problem = lost("the node " + name + " cannot be reached");
    }
    observer.unanswered(topic, problem);
    return problem;
  }

  private static NodeException lost(final String why) {
    return Problem.of(Code.NODE_UNAVAILABLE, why + "; it may have been done").toException();
  }

  private void failAll(final String why) {
    List.copyOf(pending).forEach(waiting -> waiting.fail(why));
  }

  /** A command without its answer. */
  private final class Pending<R> {
    private final AtomicInteger number;
    private final Context context;
    private final boolean onContext;
    private final Promise<R> promise = Promise.promise();
    private final AtomicBoolean open = new AtomicBoolean(true);

    @SuppressWarnings("NullAway") // a plain thread has no context; then it is not looked at
    Pending(final AtomicInteger number, final Context context) {
      this.number = number;
      this.context = context;
      onContext = context != null;
    }

    /** The answer, on the caller's context. */
    void end(final AsyncResult<R> result) {
      if (close()) {
        promise.handle(result);
      }
    }

    /** No answer will come. On any thread. */
    void fail(final String why) {
      if (!close()) {
        return;
      }
      final NodeException problem = lost(why);
      if (onContext) {
        context.runOnContext(_ -> promise.fail(problem));
      } else {
        promise.fail(problem);
      }
    }

    private boolean close() {
      if (!open.compareAndSet(true, false)) {
        return false;
      }
      pending.remove(this);
      number.decrementAndGet();
      return true;
    }
  }
}
