// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextConfig;
import io.calimero.node.events.Application;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.Signer;
import io.calimero.node.events.messages.CatchupMessages.Change;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The context config that the logs of the contexts are. On the loop. */
final class LogContextConfig implements ContextConfig {
  private final Contexts contexts;
  private final Writing writing;
  private final KeyRing keys;
  private final Others others;
  private final Contexts.UniqueIds uniqueIds;
  private final Async async;

  LogContextConfig(
      final Contexts contexts,
      final Writing writing,
      final KeyRing keys,
      final Others others,
      final Contexts.UniqueIds uniqueIds,
      final Async async) {
    this.contexts = contexts;
    this.writing = writing;
    this.keys = keys;
    this.others = others;
    this.uniqueIds = uniqueIds;
    this.async = async;
  }

  @Override
  public CompletableFuture<Application> application(final ContextId context) {
    return contexts.require(context).thenApply(hosted -> hosted.configuration().application());
  }

  @Override
  public CompletableFuture<List<PublicKey>> members(
      final ContextId context, final int offset, final int length) {
    return contexts
        .require(context)
        .thenApply(
            hosted ->
                hosted.configuration().members().keySet().stream()
                    .skip(offset)
                    .limit(length)
                    .toList());
  }

  @Override
  public CompletableFuture<SortedMap<PublicKey, Set<Capability>>> privileges(
      final ContextId context, final List<PublicKey> identities) {
    return contexts
        .require(context)
        .thenApply(
            hosted -> {
              final SortedMap<PublicKey, Set<Capability>> members =
                  hosted.configuration().members();
              final SortedMap<PublicKey, Set<Capability>> privileges = new TreeMap<>();
              if (identities.isEmpty()) {
                privileges.putAll(members);
                privileges.values().removeIf(Set::isEmpty);
              }
              identities.forEach(
                  identity -> privileges.put(identity, members.getOrDefault(identity, Set.of())));
              return privileges;
            });
  }

  /** The first entry of its log has made it known: there is nothing else to do. */
  @Override
  public CompletableFuture<Head> add(final ConfigurationEvent.ContextCreated created) {
    return contexts
        .require(created.context())
        .thenCompose(
            hosted ->
                created.verify()
                    ? CompletableFuture.completedFuture(hosted.head())
                    : Async.failed(
                        Problem.of(
                            Code.INVALID_REQUEST,
                            "the context's key has not signed this",
                            created.context().hash())));
  }

  @Override
  public CompletableFuture<Head> change(
      final Signer author, final ContextId context, final ConfigurationEvent event) {
    return order(ConfigurationEvent.Signed.sign(author, context, uniqueIds.next(), event));
  }

  private CompletableFuture<Head> order(final ConfigurationEvent.Signed change) {
    final ContextId context = change.context();
    return contexts
        .require(context)
        .thenCompose(
            hosted -> {
              final PublicKey asked = hosted.configuration().coordinator();
              final CompletableFuture<Head> ordered =
                  keys.owns(asked)
                      ? writing.change(context, hosted, change)
                      : async
                          .onLoop(others.change(new Change(change)))
                          .thenCompose(_ -> contexts.require(context))
                          .thenApply(Hosted::head);
              return ordered.exceptionallyCompose(
                  failure ->
                      writing.movedOn(hosted, asked, failure)
                          ? order(change)
                          : Async.failed(Async.problem(failure)));
            });
  }
}
