// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.MembershipMessages.GetMembers;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applications that members elsewhere want a context to run from now on: fetched from whoever
 * proposes one, before it is ordered. Only for those who may, as a module is large.
 */
final class Proposals {
  private static final Logger LOG = LoggerFactory.getLogger(Proposals.class);

  private final Commands commands;
  private final ClientPeer client;

  Proposals(final Commands commands, final ClientPeer client) {
    this.commands = commands;
    this.client = client;
  }

  /** Completes when the module is here, or will not be: then ordering the change says so. */
  CompletableFuture<Void> fetch(
      final String peer, final Summary context, final ConfigurationEvent.Signed change) {
    if (!(change.event() instanceof final ApplicationUpdated updated)
        || !News.orders(context)
        || !change.verify()) {
      return CompletableFuture.completedFuture(null);
    }
    return mayUpdate(context, change)
        .thenCompose(
            may ->
                may
                    ? fetch(peer, context, updated.application())
                    : CompletableFuture.<Void>completedFuture(null))
        .exceptionally(
            failure -> {
              LOG.debug("{} does not give what it proposes: {}", peer, failure.toString());
              return null;
            });
  }

  private CompletableFuture<Boolean> mayUpdate(
      final Summary context, final ConfigurationEvent.Signed change) {
    return commands
        .ask(Topics.CONTEXT_MEMBERS, new GetMembers(context.context()))
        .thenApply(
            found ->
                found.members().stream()
                    .filter(member -> member.identity().equals(change.author()))
                    .anyMatch(
                        member -> member.capabilities().contains(Capability.MANAGE_APPLICATION)));
  }

  private CompletableFuture<Void> fetch(
      final String peer, final Summary context, final Application application) {
    return client
        .ensure(
            new ClientPeer.Party(peer, context.context(), context.owned().getFirst()), application)
        .thenAccept(_ -> {});
  }
}
