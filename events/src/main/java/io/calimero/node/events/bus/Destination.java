// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which nodes of the cluster a command is for.
 *
 * @param <Q> the type of the request
 * @param <R> the type of the reply
 */
sealed interface Destination<Q, R> {
  /**
   * The node that has the context.
   *
   * @param context which
   * @param member whose key the node should have, if there are several
   */
  record OfContext<Q, R>(Function<Q, ContextId> context, Function<Q, Optional<PublicKey>> member)
      implements Destination<Q, R> {}

  /**
   * A node where there is room for a new context.
   *
   * @param context the context that it makes, if that is known before
   */
  record ForNewContext<Q, R>(Function<Q, Optional<ContextId>> context)
      implements Destination<Q, R> {}

  /** Any node. */
  record AnyNode<Q, R>() implements Destination<Q, R> {}

  /** The only node; if there are several the caller must say which. */
  record OnlyNode<Q, R>() implements Destination<Q, R> {}

  /**
   * One node after the other, until one has what is asked for.
   *
   * @param has whether an answer is one
   * @param hasNot whether a problem says that another node should be asked
   */
  record FirstThatHas<Q, R>(Predicate<R> has, Predicate<Problem> hasNot)
      implements Destination<Q, R> {}

  /**
   * All nodes.
   *
   * @param together makes one answer of theirs
   */
  record AllNodes<Q, R>(Function<Gathered<R>, Future<R>> together) implements Destination<Q, R> {}

  /**
   * What all nodes said.
   *
   * @param replies of those that did it
   * @param refusals of those that answered with a problem of their own
   * @param missing the names of those that did not do it, whether they answered or not
   */
  record Gathered<R>(List<R> replies, List<NodeException> refusals, List<String> missing) {
    /** The first refusal, or that nobody answered. */
    NodeException failure() {
      return refusals.isEmpty() ? noNode(missing) : refusals.getFirst();
    }
  }

  /** The problem of having nobody to ask. */
  static NodeException noNode(final List<String> missing) {
    return Problem.of(
            Problem.Code.NODE_UNAVAILABLE,
            missing.isEmpty()
                ? "there is no node in the cluster; nothing was done: try again"
                : "no node can be reached (" + String.join(", ", missing) + "): try again")
        .toException();
  }
}
