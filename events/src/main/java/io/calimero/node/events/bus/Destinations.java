// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Application;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Destination.AllNodes;
import io.calimero.node.events.bus.Destination.AnyNode;
import io.calimero.node.events.bus.Destination.FirstThatHas;
import io.calimero.node.events.bus.Destination.ForNewContext;
import io.calimero.node.events.bus.Destination.Gathered;
import io.calimero.node.events.bus.Destination.OfContext;
import io.calimero.node.events.bus.Destination.OnlyNode;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ExecutionMessages;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The destination of each command that may leave the JVM. */
final class Destinations {
  private final Map<String, Destination<?, ?>> destinations = new HashMap<>();

  Destinations() {
    ofContext(Topics.SUBMIT, ExecutionMessages.Submit::context, submit -> submit.executor());
    ofContext(Topics.QUERY, ExecutionMessages.Query::context, query -> query.executor());
    ofContext(Topics.LOG_READ, ContextMessages.ReadLog::context, _ -> Optional.empty());
    ofContext(Topics.CONTEXT_GET, ContextMessages.Get::context, _ -> Optional.empty());
    ofContext(Topics.STATE_GET, ExecutionMessages.GetState::context, _ -> Optional.empty());
    ofContext(
        Topics.CONTEXT_INVITE,
        ContextMessages.Invite::context,
        invite -> Optional.of(invite.inviter()));
    put(Topics.CONTEXT_CREATE, new ForNewContext<>(Destinations::created));
    put(Topics.IDENTITY_CREATE, new AnyNode<>());
    put(Topics.ENGINE_GET, new AnyNode<>());
    // The key of whoever is invited is on one node; the others say so, and do nothing.
    put(
        Topics.CONTEXT_JOIN,
        new FirstThatHas<>(_ -> true, problem -> problem.code() == Code.UNAUTHORIZED));
    put(
        Topics.APPLICATION_GET,
        new FirstThatHas<>(found -> found.application().isPresent(), Destinations::notInstalled));
    put(Topics.APPLICATION_ABI, new FirstThatHas<>(_ -> true, Destinations::notInstalled));
    put(Topics.APPLICATION_INSTALL, new AllNodes<>(Destinations::installed));
    put(Topics.APPLICATION_REMOVE, new AllNodes<>(Destinations::applicationRemoved));
    put(Topics.APPLICATION_LIST, new AllNodes<>(Destinations::applications));
    put(Topics.CONTEXT_LIST, new AllNodes<>(Destinations::contexts));
    put(Topics.CONTEXT_REMOVE, new AllNodes<>(Destinations::contextRemoved));
  }

  /**
   * Where a command goes. One that nothing is said of goes to the node of the context that it
   * names, else to the only node.
   */
  @SuppressWarnings("unchecked") // what is put in under a topic is of its types
  <Q, R> Destination<Q, R> of(final CommandTopic<Q, R> topic, final Q request) {
    final Destination<Q, R> known = (Destination<Q, R>) destinations.get(topic.address());
    if (known != null) {
      return known;
    }
    final Optional<ContextId> context = named(request);
    return context.isPresent()
        ? new OfContext<>(_ -> context.get(), _ -> Optional.empty())
        : new OnlyNode<>();
  }

  private static Optional<ContextId> named(final Object request) {
    if (request instanceof Record named) {
      for (final RecordComponent component : named.getClass().getRecordComponents()) {
        if (component.getType() == ContextId.class && component.getName().equals("context")) {
          try {
            return Optional.of((ContextId) component.getAccessor().invoke(named));
          } catch (final IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
          }
        }
      }
    }
    return Optional.empty();
  }

  private <Q, R> void put(final CommandTopic<Q, R> topic, final Destination<Q, R> destination) {
    destinations.put(topic.address(), destination);
  }

  private <Q, R> void ofContext(
      final CommandTopic<Q, R> topic,
      final Function<Q, ContextId> context,
      final Function<Q, Optional<PublicKey>> member) {
    put(topic, new OfContext<>(context, member));
  }

  private static Optional<ContextId> created(final ContextMessages.Create create) {
    return create.seed().map(seed -> new ContextId(ContextKeys.fromSeed(seed).publicKey().hash()));
  }

  private static boolean notInstalled(final Problem problem) {
    return problem.code() == Code.APPLICATION_NOT_INSTALLED;
  }

  /** A node that is away has it not, and gets no contexts of it until it is installed again. */
  private static Future<Application> installed(final Gathered<Application> gathered) {
    return gathered.refusals().isEmpty() && !gathered.replies().isEmpty()
        ? Future.succeededFuture(gathered.replies().getFirst())
        : Future.failedFuture(gathered.failure());
  }

  private static Future<ApplicationMessages.Done> applicationRemoved(
      final Gathered<ApplicationMessages.Done> gathered) {
    return gathered.replies().isEmpty() || gathered.refusals().stream().anyMatch(Destinations::real)
        ? Future.failedFuture(gathered.failure())
        : Future.succeededFuture(gathered.replies().getFirst());
  }

  private static boolean real(final NodeException refusal) {
    return !notInstalled(refusal.problem());
  }

  private static Future<ApplicationMessages.All> applications(
      final Gathered<ApplicationMessages.All> gathered) {
    if (gathered.replies().isEmpty()) {
      return Future.failedFuture(gathered.failure());
    }
    final Map<String, Application> all = new TreeMap<>();
    gathered
        .replies()
        .forEach(
            reply ->
                reply.applications().forEach(each -> all.putIfAbsent(each.id().toString(), each)));
    return Future.succeededFuture(
        new ApplicationMessages.All(List.copyOf(all.values()), gathered.missing()));
  }

  private static Future<ContextMessages.All> contexts(
      final Gathered<ContextMessages.All> gathered) {
    if (gathered.replies().isEmpty()) {
      return Future.failedFuture(gathered.failure());
    }
    final Map<ContextId, ContextMessages.Summary> all = new HashMap<>();
    // Of a context that several nodes have, the one that is furthest.
    gathered
        .replies()
        .forEach(
            reply ->
                reply
                    .contexts()
                    .forEach(each -> all.merge(each.context(), each, Destinations::further)));
    return Future.succeededFuture(
        new ContextMessages.All(
            all.values().stream()
                .sorted(Comparator.comparing(ContextMessages.Summary::context))
                .toList(),
            gathered.missing()));
  }

  private static ContextMessages.Summary further(
      final ContextMessages.Summary one, final ContextMessages.Summary other) {
    return other.head().position() > one.head().position() ? other : one;
  }

  private static Future<ContextMessages.Removed> contextRemoved(
      final Gathered<ContextMessages.Removed> gathered) {
    final boolean removed = gathered.replies().stream().anyMatch(ContextMessages.Removed::removed);
    // It may be on a node that did not answer; that must not look as if it were nowhere.
    return !gathered.refusals().isEmpty() || (!removed && !gathered.missing().isEmpty())
        ? Future.failedFuture(gathered.failure())
        : Future.succeededFuture(new ContextMessages.Removed(removed));
  }
}
