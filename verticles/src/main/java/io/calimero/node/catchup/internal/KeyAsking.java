// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.KeyMessages.KeysTaken;
import io.calimero.node.events.messages.KeyMessages.TakeKeys;
import io.calimero.node.events.peers.PeerMessage.Keys;
import io.calimero.node.events.peers.PeerMessage.KeysRequest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other members for the keys of the present epoch. Whoever writes rubbish on a topic makes
 * this node want a key that nobody has, so few peers are asked, one after the other, and in vain
 * more and more seldom. On the loop.
 */
final class KeyAsking {
  private static final Logger LOG = LoggerFactory.getLogger(KeyAsking.class);
  private static final int AT_ONCE = 16;
  private static final int HINTS = 4;
  private static final int PEERS = 8;
  private static final int REST_TICKS = 2;
  private static final int MAX_DOUBLINGS = 5;

  private final Commands commands;
  private final ClientPeer client;
  private final Tasks tasks;
  private final Map<ContextId, Wish> wishes = new HashMap<>();
  private int running;

  KeyAsking(final Commands commands, final ClientPeer client, final Tasks tasks) {
    this.commands = commands;
    this.client = client;
    this.tasks = tasks;
  }

  /** What is wished for in a context that is here, and when it was asked for last. */
  private static final class Wish {
    private Set<String> hints = new LinkedHashSet<>();
    private boolean open;
    private boolean running;
    private int failures;
    private int rest;
  }

  /**
   * A key that is needed is not here.
   *
   * @param peer who seems to have it
   */
  void want(final ContextId context, final Optional<String> peer) {
    final Wish wish = wishes.computeIfAbsent(context, _ -> new Wish());
    wish.open = true;
    if (wish.hints.size() < HINTS) {
      peer.ifPresent(wish.hints::add);
    }
    begin(context, wish);
  }

  void gone(final ContextId context) {
    wishes.remove(context);
  }

  /** To be called every second or so. */
  void tick() {
    for (final ContextId context : List.copyOf(wishes.keySet())) {
      final Wish wish = wishes.getOrDefault(context, new Wish());
      wish.rest = Math.max(0, wish.rest - 1);
      begin(context, wish);
      if (!wish.open && !wish.running && wish.rest == 0) {
        wishes.remove(context);
      }
    }
  }

  private void begin(final ContextId context, final Wish wish) {
    if (!wish.open || wish.running || wish.rest > 0 || running == AT_ONCE) {
      return;
    }
    final Set<String> hints = wish.hints;
    wish.hints = new LinkedHashSet<>();
    wish.open = false;
    wish.running = true;
    running++;
    Attempts.quietly(
        commands
            .ask(Topics.CONTEXT_GET, new Get(context))
            .thenCompose(summary -> ask(summary, hints))
            .handle((got, failure) -> ended(context, wish, failure == null && got)));
  }

  private boolean ended(final ContextId context, final Wish wish, final boolean got) {
    running--;
    wish.running = false;
    wish.failures = got ? 0 : Math.min(wish.failures + 1, MAX_DOUBLINGS);
    wish.rest = REST_TICKS << wish.failures;
    if (!got) {
      LOG.debug("nobody has handed over a key of context {}", context);
    }
    return got;
  }

  private CompletableFuture<Boolean> ask(final Summary context, final Set<String> hints) {
    // Whoever orders makes the keys, and believes in no others.
    if (News.orders(context) || context.owned().isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    return tasks
        .candidates(context.context(), hints)
        .thenCompose(peers -> tryEach(context, peers.stream().limit(PEERS).toList(), 0));
  }

  private CompletableFuture<Boolean> tryEach(
      final Summary context, final List<String> peers, final int next) {
    if (next == peers.size()) {
      return CompletableFuture.completedFuture(false);
    }
    final ClientPeer.Party party =
        new ClientPeer.Party(peers.get(next), context.context(), context.owned().getFirst());
    return client
        .with(party, met -> take(party, met))
        .thenApply(KeysTaken::fresh)
        .exceptionally(
            failure -> {
              LOG.debug("{} gave no key: {}", party.peer(), Problems.of(failure).message());
              return 0;
            })
        .thenCompose(
            fresh -> {
              if (fresh == 0) {
                return tryEach(context, peers, next + 1);
              }
              // What could not be read meanwhile is asked for.
              tasks.want(context.context(), party.peer());
              return CompletableFuture.completedFuture(true);
            });
  }

  private CompletableFuture<KeysTaken> take(
      final ClientPeer.Party party, final ClientPeer.Met met) {
    return met.talk()
        .say(new KeysRequest())
        .thenCompose(_ -> met.talk().expect(Keys.class, 1))
        .thenCompose(
            keys ->
                commands.ask(
                    Topics.KEYS_TAKE,
                    new TakeKeys(party.context(), party.member(), met.membership(), keys.keys())));
  }
}
