// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.SnapshotMessages.BeginImport;
import io.calimero.node.events.messages.SnapshotMessages.FinishImport;
import io.calimero.node.events.messages.SnapshotMessages.ImportPart;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.events.messages.SnapshotMessages.InstallBase;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.SnapshotOffer;
import io.calimero.node.events.peers.PeerMessage.SnapshotPart;
import io.calimero.node.events.peers.PeerMessage.SnapshotRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the state at a checkpoint from a peer: proves the checkpoint, keeps what comes part by
 * part, and believes it when its root is the one that the coordinator vouched for. On the loop.
 */
final class SnapshotFetch {
  private static final int IN_VAIN = 3;

  private final Commands commands;

  /** Up to where a state has come whose conversation broke off. */
  private final Map<ContextId, Partial> partial = new HashMap<>();

  /** Contexts whose state came in parts from several peers and was wrong: one of them lied. */
  private final Set<ContextId> mixed = new HashSet<>();

  /** How often in a row fetching the state of a context failed without getting further. */
  private final Map<ContextId, Integer> inVain = new HashMap<>();

  private record Partial(Hash checkpoint, Bytes after, String peer) {}

  /** How it ended. */
  enum Outcome {
    /** The log begins with the checkpoint now. */
    INSTALLED,
    /** A part of it is here already: it has to be asked for what follows. */
    ASK_AGAIN,
    /** The peer has none that is worth it. */
    NONE
  }

  SnapshotFetch(final Commands commands) {
    this.commands = commands;
  }

  /** Whether the state could not be fetched for so long that entry by entry is the better way. */
  boolean isFutile(final ContextId context) {
    return inVain.getOrDefault(context, 0) >= IN_VAIN;
  }

  /**
   * Asks in a conversation that has begun.
   *
   * @param least which checkpoints are worth it: those at this position or later
   * @param ensure sees to it that the application of a configuration is here, and tells whether it
   *     had to be fetched
   */
  CompletableFuture<Outcome> fetch(
      final ClientPeer.Party party,
      final Conversation talk,
      final Head head,
      final long least,
      final Journey journey,
      final Function<StateBase, CompletableFuture<Boolean>> ensure) {
    return ask(party, talk, head, least, journey, ensure)
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                inVain.remove(party.context());
              } else {
                inVain.merge(party.context(), 1, Integer::sum);
              }
            });
  }

  private CompletableFuture<Outcome> ask(
      final ClientPeer.Party party,
      final Conversation talk,
      final Head head,
      final long least,
      final Journey journey,
      final Function<StateBase, CompletableFuture<Boolean>> ensure) {
    final Optional<Partial> known =
        Optional.ofNullable(partial.get(party.context()))
            .filter(part -> part.peer.equals(party.peer()) || !mixed.contains(party.context()));
    return talk.say(
            new SnapshotRequest(
                head.position(), known.map(Partial::checkpoint), known.map(Partial::after)))
        .thenCompose(_ -> talk.hear(4))
        .thenCompose(
            message -> {
              if (message.isPresent() && message.get() instanceof End) {
                return CompletableFuture.completedFuture(Outcome.NONE);
              }
              if (message.isEmpty() || !(message.get() instanceof final SnapshotOffer offer)) {
                return Conversation.unexpected(message);
              }
              final StateBase base = offer.base();
              final Optional<String> objection = base.objection(party.context());
              if (objection.isPresent()) {
                return Problems.failed(
                    Code.INVALID_REQUEST, "the peer's checkpoint is none: " + objection.get());
              }
              if (base.head().position() < least) {
                return CompletableFuture.completedFuture(Outcome.NONE);
              }
              return ensure
                  .apply(base)
                  .thenCompose(
                      fetched ->
                          // The peer does not wait as long as a module may take
                          fetched
                              ? CompletableFuture.completedFuture(Outcome.ASK_AGAIN)
                              : begin(party, talk, offer, known, journey));
            });
  }

  /** What came from others is not built upon once that has proved wrong. */
  private boolean isFresh(final ClientPeer.Party party, final Optional<Partial> asked) {
    return mixed.contains(party.context()) && asked.isEmpty();
  }

  private CompletableFuture<Outcome> begin(
      final ClientPeer.Party party,
      final Conversation talk,
      final SnapshotOffer offer,
      final Optional<Partial> asked,
      final Journey journey) {
    final Hash checkpoint = offer.base().head().hash();
    return commands
        .ask(Topics.IMPORT_BEGIN, new BeginImport(offer.base(), isFresh(party, asked)))
        .thenCompose(
            imported -> {
              final Optional<Bytes> from =
                  offer.resumed()
                      ? asked.filter(part -> part.checkpoint.equals(checkpoint)).map(Partial::after)
                      : Optional.empty();
              if (!imported.last().equals(from)) {
                // Another time more or less of it came: from where it is now
                imported
                    .last()
                    .ifPresentOrElse(
                        last ->
                            partial.put(
                                party.context(), new Partial(checkpoint, last, party.peer())),
                        () -> partial.remove(party.context()));
                return CompletableFuture.completedFuture(Outcome.ASK_AGAIN);
              }
              journey.snapshot(offer.base().taken().keys());
              journey.at(imported.keys());
              return take(party, talk, offer, imported.keys(), journey);
            });
  }

  /** One part is kept before the next one is heard. */
  private CompletableFuture<Outcome> take(
      final ClientPeer.Party party,
      final Conversation talk,
      final SnapshotOffer offer,
      final long keys,
      final Journey journey) {
    final Hash checkpoint = offer.base().head().hash();
    return talk.hear()
        .thenCompose(
            message -> {
              if (message.isPresent() && message.get() instanceof End) {
                return finish(party, offer.base());
              }
              if (message.isEmpty()
                  || !(message.get() instanceof final SnapshotPart part)
                  || keys + part.pairs().size() > offer.base().taken().keys()) {
                return tooMuch(message, offer);
              }
              return commands
                  .ask(
                      Topics.IMPORT_PART, new ImportPart(party.context(), checkpoint, part.pairs()))
                  .thenCompose(
                      imported -> {
                        noted(party, checkpoint, imported);
                        journey.at(imported.keys());
                        return take(party, talk, offer, imported.keys(), journey);
                      });
            });
  }

  private static CompletableFuture<Outcome> tooMuch(
      final Optional<PeerMessage> message, final SnapshotOffer offer) {
    return message.isPresent() && message.get() instanceof SnapshotPart
        ? Problems.failed(
            Code.INVALID_REQUEST,
            "the peer sent more than the " + offer.base().taken().keys() + " keys vouched for")
        : Conversation.unexpected(message);
  }

  private void noted(final ClientPeer.Party party, final Hash checkpoint, final Imported imported) {
    inVain.remove(party.context());
    imported
        .last()
        .ifPresent(
            last -> partial.put(party.context(), new Partial(checkpoint, last, party.peer())));
  }

  private CompletableFuture<Outcome> finish(final ClientPeer.Party party, final StateBase base) {
    partial.remove(party.context());
    return commands
        .ask(Topics.IMPORT_FINISH, new FinishImport(base))
        .whenComplete((_, failure) -> judged(party, failure))
        .thenCompose(_ -> commands.ask(Topics.BASE_INSTALL, new InstallBase(base)))
        .thenApply(Applied::head)
        .thenApply(_ -> Outcome.INSTALLED);
  }

  /** Whoever sent the last part need not be the one who lied. */
  private void judged(final ClientPeer.Party party, final @Nullable Throwable failure) {
    if (failure == null) {
      mixed.remove(party.context());
    } else if (Problems.of(failure).code() == Code.INVALID_REQUEST) {
      mixed.add(party.context());
    }
  }

  /** The context is here no longer. */
  void forget(final ContextId context) {
    partial.remove(context);
    mixed.remove(context);
    inVain.remove(context);
  }
}
