// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.Application;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ModuleMessages.EndGathering;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Fetches the module of one application: first of which chunks it consists, which its name proves,
 * then the chunks that are not here, from several peers at once if they are many, and from another
 * if one is slow. Each is verified and on disk before the next one of its peer is heard, so that
 * whatever breaks off goes on where it was, also after a restart, and with other peers. On the
 * loop.
 */
final class ModuleFetch {
  private static final int PEERS = 4;

  private final Commands commands;
  private final ClientPeer client;
  private final BlobPeers others;
  private final Party party;
  private final Application application;
  private final Journey journey;
  private final LongSupplier nanos;
  private long done;

  ModuleFetch(
      final Commands commands,
      final ClientPeer client,
      final Party party,
      final Application application,
      final Journey journey,
      final LongSupplier nanos) {
    this.commands = commands;
    this.client = client;
    others = new BlobPeers(commands, client);
    this.party = party;
    this.application = application;
    this.journey = journey;
    this.nanos = nanos;
  }

  /** Completes when the application is installed. */
  CompletableFuture<Boolean> run() {
    journey.application(application.size());
    return commands
        .ask(Topics.MODULE_GATHER, new Gather(application, Optional.empty()))
        .thenCompose(
            begun ->
                begun.installed()
                    ? CompletableFuture.completedFuture(true)
                    : begun.outlined() ? gather(begun) : outlined());
  }

  /** A node of an older version ends the conversation at a request that it does not know. */
  private CompletableFuture<Boolean> outlined() {
    return others
        .outline(party, application.blob())
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure ->
                Problems.of(failure).code() == Code.STREAM_ENDED
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(failure))
        .thenCompose(
            outline ->
                outline
                    .map(this::begin)
                    .orElseGet(
                        () ->
                            new WholeModule(commands, client, party, application, journey).run()));
  }

  private CompletableFuture<Boolean> begin(final BlobOutline outline) {
    return commands
        .ask(
            Topics.MODULE_GATHER,
            new Gather(application, Optional.of(new Outline(outline.size(), outline.chunks()))))
        .thenCompose(
            begun -> begun.installed() ? CompletableFuture.completedFuture(true) : gather(begun));
  }

  private CompletableFuture<Boolean> gather(final Gathering begun) {
    final List<Integer> missing = begun.missing().stream().map(Missing::number).toList();
    done = application.size() - (long) missing.size() * BlobRanges.CHUNK;
    journey.at(Math.max(0, done));
    return peers()
        .thenCompose(
            peers ->
                new BlobRanges(
                        commands,
                        client,
                        party,
                        application.blob(),
                        application.size(),
                        missing,
                        nanos,
                        this::onDisk)
                    .from(peers))
        .thenCompose(_ -> commands.ask(Topics.MODULE_GATHERED, new EndGathering(application)))
        .thenApply(_ -> true);
  }

  private void onDisk(final long bytes) {
    done += bytes;
    journey.at(Math.clamp(done, 0, application.size()));
  }

  /** Whom to ask, and whom else. */
  private CompletableFuture<List<String>> peers() {
    return others
        .of(party.context())
        .thenApply(
            known ->
                Stream.concat(Stream.of(party.peer()), known.stream())
                    .distinct()
                    .limit(PEERS)
                    .toList());
  }
}
