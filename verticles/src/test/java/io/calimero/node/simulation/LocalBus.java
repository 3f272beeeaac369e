// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.EventTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The event bus of one process, as the real one behaves: what one sends to another arrives in
 * order, an answer that is late is a time-out, more than a topic's bound is refused.
 */
final class LocalBus {
  private final SimProcess process;
  private final Map<String, Served<?, ?>> served = new HashMap<>();
  private final Map<String, List<Subscribed<?>>> subscribed = new HashMap<>();

  private static final class Served<Q, R> {
    private final String actor;
    private final Function<Q, CompletableFuture<R>> handler;
    private int inFlight;

    Served(final String actor, final Function<Q, CompletableFuture<R>> handler) {
      this.actor = actor;
      this.handler = handler;
    }
  }

  private record Subscribed<T>(String actor, Consumer<T> listener) {}

  LocalBus(final SimProcess process) {
    this.process = process;
  }

  <Q, R> void serve(
      final String actor,
      final CommandTopic<Q, R> topic,
      final Function<Q, CompletableFuture<R>> handler) {
    served.put(topic.address(), new Served<>(actor, handler));
  }

  <T> void subscribe(final String actor, final EventTopic<T> topic, final Consumer<T> listener) {
    subscribed
        .computeIfAbsent(topic.address(), _ -> new ArrayList<>())
        .add(new Subscribed<>(actor, listener));
  }

  <T> void publish(final String from, final EventTopic<T> topic, final T notice) {
    for (final Subscribed<?> each : subscribed.getOrDefault(topic.address(), List.of())) {
      @SuppressWarnings("unchecked") // put there by subscribe, which took the topic's type
      final Subscribed<T> listener = (Subscribed<T>) each;
      process.post(from + ">" + listener.actor, () -> listener.listener.accept(notice));
    }
  }

  <Q, R> CompletableFuture<R> ask(
      final String from, final CommandTopic<Q, R> topic, final Q request) {
    @SuppressWarnings("unchecked") // put there by serve, which took the topic's types
    final Served<Q, R> handler = (Served<Q, R>) served.get(topic.address());
    if (handler == null) {
      throw new AssertionError("nobody in the simulation serves " + topic.address());
    }
    final CompletableFuture<R> promise = new CompletableFuture<>();
    process.post(from + ">" + handler.actor, () -> serve(from, topic, request, handler, promise));
    process.after(
        topic.timeout().toNanos(),
        () -> {
          if (!promise.isDone()) {
            promise.completeExceptionally(
                Problem.of(Code.TIMEOUT, "no answer from " + topic.address()).toException());
          }
        });
    return promise;
  }

  private <Q, R> void serve(
      final String from,
      final CommandTopic<Q, R> topic,
      final Q request,
      final Served<Q, R> handler,
      final CompletableFuture<R> promise) {
    if (handler.inFlight >= topic.inFlight()) {
      promise.completeExceptionally(
          Problem.of(Code.BUSY, topic.address() + " is busy").toException());
      return;
    }
    handler.inFlight++;
    final CompletableFuture<R> _ =
        begin(() -> handler.handler.apply(request))
            .whenComplete(
                (reply, failure) -> {
                  handler.inFlight--;
                  process.post(
                      handler.actor + ">" + from,
                      () -> {
                        if (failure == null) {
                          promise.complete(reply);
                        } else {
                          promise.completeExceptionally(expected(topic.address(), failure));
                        }
                      });
                });
  }

  private static <R> CompletableFuture<R> begin(final Supplier<CompletableFuture<R>> handler) {
    try {
      return handler.get();
    } catch (final RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private NodeException expected(final String address, final Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return expected(address, failure.getCause());
    }
    if (failure instanceof final NodeException known) {
      if (known.problem().code() == Code.INTERNAL) {
        process.world().checker().violated(address + " failed: " + known.problem().message());
      }
      return known;
    }
    process.world().checker().thrown(failure);
    return Problem.of(Code.INTERNAL, address + ": " + failure).toException();
  }
}
