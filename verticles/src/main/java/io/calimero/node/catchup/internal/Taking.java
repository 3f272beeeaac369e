// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.Application;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Has what a peer gave taken into the log, and sees to it that what it runs is here. */
final class Taking {
  private final Commands commands;
  private final ClientPeer client;
  private final LongSupplier nanos;

  Taking(final Commands commands, final ClientPeer client, final LongSupplier nanos) {
    this.commands = commands;
    this.client = client;
    this.nanos = nanos;
  }

  /** Completes when the entries are on disk, with what they run. */
  CompletableFuture<Applied> apply(
      final Party party, final List<Entry.Signed> entries, final Journey journey) {
    final Optional<Application> first = created(party, entries.getFirst().entry());
    return first
        .map(application -> ensure(party, application, journey))
        .orElseGet(() -> CompletableFuture.completedFuture(false))
        .thenCompose(_ -> apply(party, entries, journey, entries.size()));
  }

  /**
   * What a context is to run is fetched when the entry that says so is verified: whoever makes up
   * entries makes this node fetch nothing.
   */
  private CompletableFuture<Applied> apply(
      final Party party, final List<Entry.Signed> entries, final Journey journey, final int tries) {
    return commands
        .ask(Topics.ENTRIES_APPLY, new Apply(party.context(), entries))
        .exceptionallyCompose(
            failure -> {
              final Problem problem = Problems.of(failure);
              final Optional<Application> missing =
                  problem.code() == Code.APPLICATION_NOT_INSTALLED && tries > 0
                      ? updated(entries, problem)
                      : Optional.empty();
              return missing
                  .map(application -> ensure(party, application, journey))
                  .orElseGet(() -> CompletableFuture.failedFuture(problem.toException()))
                  .thenCompose(_ -> apply(party, entries, journey, tries - 1));
            });
  }

  /** What the context runs first, if this is the first entry, which proves itself. */
  private static Optional<Application> created(final Party party, final Entry entry) {
    return entry.payload() instanceof final Entry.Configured configured
            && configured.change().event() instanceof final ContextCreated created
            && created.context().equals(party.context())
            && created.verify()
        ? Optional.of(created.application())
        : Optional.empty();
  }

  private static Optional<Application> updated(
      final List<Entry.Signed> entries, final Problem problem) {
    return entries.stream()
        .map(signed -> signed.entry().payload())
        .filter(Entry.Configured.class::isInstance)
        .map(payload -> ((Entry.Configured) payload).change().event())
        .filter(ApplicationUpdated.class::isInstance)
        .map(event -> ((ApplicationUpdated) event).application())
        .filter(
            application -> problem.subject().filter(application.id().hash()::equals).isPresent())
        .findFirst();
  }

  /** Sees to it that the application is here; whether it had to be fetched. */
  CompletableFuture<Boolean> ensure(
      final Party party, final Application application, final Journey journey) {
    return commands
        .ask(Topics.APPLICATION_GET, new ApplicationMessages.Get(application.id()))
        .thenCompose(
            found ->
                found.application().isPresent()
                    ? CompletableFuture.completedFuture(false)
                    : new ModuleFetch(commands, client, party, application, journey, nanos)
                        .run()
                        .thenApply(
                            _ -> {
                              journey.entries();
                              return true;
                            }));
  }
}
