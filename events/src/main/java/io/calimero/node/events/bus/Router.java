// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
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
import io.calimero.node.events.bus.Locations.Location;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sends commands to the nodes that they are for. What was sent and perhaps done is never sent a
 * second time; what a node says it knows nothing of is.
 */
final class Router {
  private final Directory directory;
  private final Locations locations;
  private final Destinations destinations = new Destinations();

  Router(final Directory directory) {
    this.directory = directory;
    this.locations = new Locations(directory);
  }

  /** Sends a command to whom it is for. The future completes on the context of the caller. */
  <Q, R> Future<R> request(final CommandTopic<Q, R> topic, final Q request) {
    return directory.isMet()
        ? route(topic, request)
        : Directory.here(directory.met()).compose(_ -> route(topic, request));
  }

  /** Sends a command to the node of this name. */
  <Q, R> Future<R> request(final String node, final CommandTopic<Q, R> topic, final Q request) {
    final KnownNode known = directory.node(node);
    return known.isThere() || directory.isSettled()
        ? known.send(topic, request)
        : Directory.here(directory.settled())
            .compose(_ -> directory.node(node).send(topic, request));
  }

  private <Q, R> Future<R> route(final CommandTopic<Q, R> topic, final Q request) {
    return switch (destinations.of(topic, request)) {
      case OfContext<Q, R> of ->
          toContext(of.context().apply(request), of.member().apply(request), topic, request);
      case ForNewContext<Q, R> made ->
          made.context()
              .apply(request)
              .map(context -> toNewOrOld(context, topic, request))
              .orElseGet(() -> toNew(topic, request));
      case AnyNode<Q, R> _ ->
          leastLoaded().stream()
              .findFirst()
              .map(node -> node.send(topic, request))
              .orElseGet(this::nobody);
      case OnlyNode<Q, R> _ -> toOnly(topic, request);
      case FirstThatHas<Q, R> first -> toFirst(first, topic, request);
      case AllNodes<Q, R> all -> toAll(all, topic, request);
    };
  }

  private <Q, R> Future<R> toContext(
      final ContextId context,
      final Optional<PublicKey> member,
      final CommandTopic<Q, R> topic,
      final Q request) {
    final Optional<Location> known =
        locations.remembered(context).filter(each -> !each.isOld(System.nanoTime()));
    if (known.isEmpty()) {
      return locate(context).compose(found -> send(found, member, topic, request));
    }
    return send(known.get(), member, topic, request)
        .recover(
            failure -> {
              if (!Locations.isNotFound(failure)) {
                return Future.failedFuture(failure);
              }
              locations.forget(context);
              return locate(context).compose(found -> send(found, member, topic, request));
            });
  }

  private static <Q, R> Future<R> send(
      final Location location,
      final Optional<PublicKey> member,
      final CommandTopic<Q, R> topic,
      final Q request) {
    return location
        .node(member)
        .orElseGet(() -> location.holders().getFirst().node())
        .send(topic, request);
  }

  /** Where a context is. That it is nowhere is not believed before all nodes could be heard. */
  private Future<Location> locate(final ContextId context) {
    return locations
        .locate(context)
        .recover(
            failure ->
                directory.isSettled()
                    ? Future.failedFuture(failure)
                    : Directory.here(directory.settled()).compose(_ -> locations.locate(context)));
  }

  /** A context whose identifier is known before it is made must not be made on two nodes. */
  private <Q, R> Future<R> toNewOrOld(
      final ContextId context, final CommandTopic<Q, R> topic, final Q request) {
    return locate(context)
        .transform(
            found -> {
              if (found.succeeded()) {
                return send(found.result(), Optional.empty(), topic, request);
              }
              return Locations.isNotFound(found.cause())
                  ? toNew(
                      directory.there().stream().sorted(rendezvous(context)).toList(),
                      topic,
                      request)
                  : Future.failedFuture(found.cause());
            });
  }

  private <Q, R> Future<R> toNew(final CommandTopic<Q, R> topic, final Q request) {
    return toNew(leastLoaded(), topic, request);
  }

  /** The first of the nodes that has the application. */
  private <Q, R> Future<R> toNew(
      final List<KnownNode> nodes, final CommandTopic<Q, R> topic, final Q request) {
    if (nodes.isEmpty()) {
      return nobody();
    }
    nodes.getFirst().placed();
    return nodes
        .getFirst()
        .send(topic, request)
        .recover(
            failure ->
                nodes.size() > 1 && Requests.is(failure, Code.APPLICATION_NOT_INSTALLED)
                    ? toNew(nodes.subList(1, nodes.size()), topic, request)
                    : Future.failedFuture(failure));
  }

  private <Q, R> Future<R> toOnly(final CommandTopic<Q, R> topic, final Q request) {
    final List<KnownNode> nodes = directory.all();
    if (nodes.isEmpty()) {
      return nobody();
    }
    if (nodes.size() == 1) {
      return nodes.getFirst().send(topic, request);
    }
    return Future.failedFuture(
        Problem.of(
                Code.INVALID_REQUEST,
                "this is about one node, and there are several: ask one of "
                    + String.join(", ", nodes.stream().map(KnownNode::name).toList()))
            .toException());
  }

  private <Q, R> Future<R> toFirst(
      final FirstThatHas<Q, R> first, final CommandTopic<Q, R> topic, final Q request) {
    final List<KnownNode> nodes = directory.there();
    return nodes.isEmpty() ? nobody() : toNext(nodes, first, topic, request);
  }

  private static <Q, R> Future<R> toNext(
      final List<KnownNode> nodes,
      final FirstThatHas<Q, R> first,
      final CommandTopic<Q, R> topic,
      final Q request) {
    final Supplier<Future<R>> next =
        () -> toNext(nodes.subList(1, nodes.size()), first, topic, request);
    return nodes
        .getFirst()
        .send(topic, request)
        .transform(
            result -> {
              final boolean more = nodes.size() > 1;
              if (result.succeeded()) {
                return more && !first.has().test(result.result())
                    ? next.get()
                    : Future.succeededFuture(result.result());
              }
              return more
                      && result.cause() instanceof NodeException known
                      && first.hasNot().test(known.problem())
                  // If none has it, the first one's words are as good as the last one's.
                  ? next.get()
                  : Future.failedFuture(result.cause());
            });
  }

  private <Q, R> Future<R> toAll(
      final AllNodes<Q, R> all, final CommandTopic<Q, R> topic, final Q request) {
    final List<KnownNode> nodes = directory.there();
    final List<Future<R>> answers = nodes.stream().map(node -> node.send(topic, request)).toList();
    return Future.join(answers)
        .transform(
            _ -> {
              final List<R> replies = new ArrayList<>();
              final List<NodeException> refusals = new ArrayList<>();
              final List<String> missing = new ArrayList<>(directory.missing());
              for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i).succeeded()) {
                  replies.add(answers.get(i).result());
                  continue;
                }
                if (!missing.contains(nodes.get(i).name())) {
                  missing.add(nodes.get(i).name());
                }
                if (answers.get(i).cause() instanceof NodeException refusal
                    && refusal.problem().code() != Code.NODE_UNAVAILABLE) {
                  refusals.add(refusal);
                }
              }
              return all.together().apply(new Gathered<>(replies, refusals, missing));
            });
  }

  private List<KnownNode> leastLoaded() {
    return directory.there().stream()
        .sorted(Comparator.comparingLong(KnownNode::contexts).thenComparing(KnownNode::name))
        .toList();
  }

  /** An order of the nodes that is the same wherever it is asked for. */
  private static Comparator<KnownNode> rendezvous(final ContextId context) {
    return Comparator.comparing(
        node -> Hash.sha256((context + node.name()).getBytes(StandardCharsets.UTF_8)));
  }

  private <R> Future<R> nobody() {
    return Future.failedFuture(Destination.noNode(directory.missing()));
  }
}
