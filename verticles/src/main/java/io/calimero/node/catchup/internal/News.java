// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Summary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Tells the other members what is new here: entries that this node ordered, and heads. On the loop.
 */
final class News {
  private static final int HEADS_AT_ONCE = 200;

  private final Commands commands;
  private final BooleanSupplier anybody;
  private final Announcer announcer;

  /** Whether this node orders a context for others, as far as it was asked for. */
  private final Map<ContextId, Boolean> ordering = new HashMap<>();

  private int headsFrom;

  /**
   * News.
   *
   * @param anybody whether there is a peer to be told
   */
  News(final Commands commands, final Sealing sealing, final BooleanSupplier anybody) {
    this.commands = commands;
    this.anybody = anybody;
    announcer = new Announcer(sealing);
  }

  void gone(final ContextId context) {
    ordering.remove(context);
  }

  /** Whether this node is known to order the context for others. */
  boolean isOurs(final ContextId context) {
    return Boolean.TRUE.equals(ordering.get(context));
  }

  /** Entries are on this node's disk; if it ordered them, the others are told. */
  void committed(final Committed notice) {
    if (notice.entries().stream().anyMatch(News::isChange)) {
      ordering.remove(notice.context());
    }
    if (!anybody.getAsBoolean()) {
      return;
    }
    final Boolean known = ordering.get(notice.context());
    if (known == null) {
      Attempts.quietly(
          commands
              .ask(Topics.CONTEXT_GET, new Get(notice.context()))
              .thenAccept(
                  context -> {
                    ordering.put(notice.context(), orders(context) && isShared(context));
                    if (orders(context) && isShared(context)) {
                      announcer.entries(notice);
                    }
                  }));
    } else if (known) {
      announcer.entries(notice);
    }
  }

  private static boolean isChange(final Entry.Logged entry) {
    return entry.entry().payload() instanceof Entry.Configured;
  }

  private static boolean isShared(final Summary context) {
    return context.members().size() > context.owned().size();
  }

  static boolean orders(final Summary context) {
    return context.owned().contains(context.coordinator());
  }

  /** Tells where the logs end. To be called every few seconds. */
  void announceHeads() {
    if (anybody.getAsBoolean()) {
      Attempts.quietly(
          commands
              .ask(Topics.CONTEXT_LIST, new ListAll())
              .thenAccept(all -> announceHeads(all.contexts())));
    }
  }

  private void announceHeads(final List<Summary> all) {
    final List<Summary> shared = all.stream().filter(News::isShared).toList();
    for (int i = 0; i < Math.min(shared.size(), HEADS_AT_ONCE); i++) {
      announcer.head(shared.get((headsFrom + i) % shared.size()));
    }
    headsFrom = shared.isEmpty() ? 0 : (headsFrom + HEADS_AT_ONCE) % shared.size();
  }
}
