// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which node has which context: asked of the nodes themselves, and remembered for a while. What is
 * remembered may be out of date; then the node that is asked says that it has no such context, and
 * the others are asked again.
 */
final class Locations {
  private static final int REMEMBERED = 10_000;
  private static final long VALID_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long DOUBTFUL_NANOS = Duration.ofSeconds(1).toNanos();

  private final Directory directory;
  private final Map<ContextId, Location> remembered =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<ContextId, Location> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Map<ContextId, Future<Location>> asking = new HashMap<>();

  Locations(final Directory directory) {
    this.directory = directory;
  }

  /**
   * Where a context is.
   *
   * @param holders the nodes that have it: the one that orders it first, then by their names
   * @param nanos when this was found out
   * @param complete whether every known node was asked
   */
  record Location(List<Holder> holders, long nanos, boolean complete) {
    /** The node to ask: one that is there, with the member's key if possible. */
    Optional<KnownNode> node(final Optional<PublicKey> member) {
      Optional<KnownNode> first = Optional.empty();
      for (final Holder holder : holders) {
        if (holder.node.isThere()) {
          if (member.isEmpty() || holder.owned.contains(member.get())) {
            return Optional.of(holder.node);
          }
          first = first.or(() -> Optional.of(holder.node));
        }
      }
      return first;
    }

    /** Whether there is reason to ask again. */
    boolean isOld(final long now) {
      final boolean sound = complete && holders.stream().allMatch(each -> each.node.isThere());
      return now - nanos > (sound ? VALID_NANOS : DOUBTFUL_NANOS);
    }
  }

  /**
   * A node that has a context.
   *
   * @param owned the members whose keys it has
   * @param orders whether it orders what is written
   */
  record Holder(KnownNode node, Set<PublicKey> owned, boolean orders) {}

  /** Where it was the last time, if that is not long ago. */
  Optional<Location> remembered(final ContextId context) {
    synchronized (remembered) {
      return Optional.ofNullable(remembered.get(context));
    }
  }

  /** It is not there any more. */
  void forget(final ContextId context) {
    synchronized (remembered) {
      remembered.remove(context);
    }
  }

  /**
   * Asks all nodes that are there; whoever wants to know the same meanwhile waits for the same
   * answer.
   *
   * @return {@code CONTEXT_NOT_FOUND} only if every known node says so; {@code NODE_UNAVAILABLE} if
   *     one that cannot be asked may have it
   */
  Future<Location> locate(final ContextId context) {
    final Future<Location> answer;
    synchronized (asking) {
      final Future<Location> known = asking.get(context);
      if (known != null) {
        return Directory.here(known);
      }
      answer = ask(context);
      asking.put(context, answer);
    }
    answer.onComplete(
        _ -> {
          synchronized (asking) {
            asking.remove(context);
          }
        });
    return Directory.here(answer);
  }

  private Future<Location> ask(final ContextId context) {
    // In one look: one that comes back while the others answer was not asked.
    final Map<Boolean, List<KnownNode>> all =
        directory.all().stream().collect(Collectors.partitioningBy(KnownNode::isThere));
    final List<KnownNode> there = all.getOrDefault(true, List.of());
    final List<Future<Summary>> answers =
        there.stream()
            .map(node -> node.send(Topics.CONTEXT_GET, new ContextMessages.Get(context)))
            .toList();
    return Future.join(answers)
        .transform(
            _ -> {
              final List<Holder> holders = new ArrayList<>();
              final List<String> silent =
                  new ArrayList<>(
                      all.getOrDefault(false, List.of()).stream().map(KnownNode::name).toList());
              for (int i = 0; i < answers.size(); i++) {
                final Future<Summary> answer = answers.get(i);
                if (answer.succeeded()) {
                  holders.add(holder(there.get(i), answer.result()));
                } else if (!isNotFound(answer.cause())) {
                  silent.add(there.get(i).name());
                }
              }
              return found(
                  context, holders, silent, !all.values().stream().allMatch(List::isEmpty));
            });
  }

  private Future<Location> found(
      final ContextId context,
      final List<Holder> holders,
      final List<String> silent,
      final boolean anyIsKnown) {
    if (holders.isEmpty()) {
      forget(context);
      return Future.failedFuture(
          silent.isEmpty() && anyIsKnown
              ? Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", context.hash())
                  .toException()
              : nowhere(context, silent));
    }
    holders.sort(
        Comparator.comparing(Holder::orders).reversed().thenComparing(each -> each.node().name()));
    final Location location =
        new Location(List.copyOf(holders), System.nanoTime(), silent.isEmpty());
    synchronized (remembered) {
      remembered.put(context, location);
    }
    return Future.succeededFuture(location);
  }

  private static Holder holder(final KnownNode node, final Summary summary) {
    return new Holder(
        node, Set.copyOf(summary.owned()), summary.owned().contains(summary.coordinator()));
  }

  private static NodeException nowhere(final ContextId context, final List<String> silent) {
    return Problem.of(
            Code.NODE_UNAVAILABLE,
            silent.isEmpty()
                ? "there is no node in the cluster; nothing was done: try again"
                : "the context may be on "
                    + String.join(", ", silent)
                    + ", which cannot be reached; nothing was done: try again",
            context.hash())
        .toException();
  }

  static boolean isNotFound(final Throwable cause) {
    return Requests.is(cause, Code.CONTEXT_NOT_FOUND);
  }
}
