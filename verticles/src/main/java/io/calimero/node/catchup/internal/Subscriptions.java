// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.messages.NetworkMessages.Unsubscribe;
import io.calimero.node.events.peers.GossipMessage;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The topics of the contexts that are here. On the loop. */
final class Subscriptions {
  private static final int SUBSCRIPTIONS_AT_ONCE = 64;

  private final Commands commands;

  /** The contexts whose topics are not taken yet. */
  private final Set<ContextId> silent = new LinkedHashSet<>();

  private final Map<String, ContextId> topics = new HashMap<>();

  private int subscribing;

  Subscriptions(final Commands commands) {
    this.commands = commands;
  }

  /** Which context that is here has this topic. */
  Optional<ContextId> context(final String topic) {
    return Optional.ofNullable(topics.get(topic));
  }

  void take(final ContextId context) {
    topics.put(GossipMessage.topic(context), context);
    silent.add(context);
    subscribe();
  }

  void leave(final ContextId context) {
    topics.remove(GossipMessage.topic(context));
    silent.remove(context);
    Attempts.quietly(
        commands.ask(Topics.GOSSIP_UNSUBSCRIBE, new Unsubscribe(GossipMessage.topic(context))));
  }

  /** Takes a few topics at a time: a node may have thousands of contexts. */
  void subscribe() {
    // One that fails at once goes to the end, and is for the next time.
    for (int left = silent.size();
        left > 0 && subscribing < SUBSCRIPTIONS_AT_ONCE && !silent.isEmpty();
        left--) {
      final ContextId next = silent.iterator().next();
      silent.remove(next);
      subscribing++;
      Attempts.quietly(
          commands
              .ask(Topics.GOSSIP_SUBSCRIBE, new Subscribe(GossipMessage.topic(next)))
              .whenComplete(
                  (_, failure) -> {
                    subscribing--;
                    if (failure == null) {
                      subscribe();
                    } else {
                      silent.add(next);
                    }
                  }));
    }
  }
}
