// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.SubmitChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Hands to the coordinator what members of this node have signed. A peer is asked to order only
 * when it has proven to be the coordinator's. A change is never handed to a second one when it is
 * not known what became of the first; a transaction may be, as it is ordered once by its hash.
 */
final class Submissions {
  /** A call takes as long as it may, and then its entry is forced. */
  private static final int PATIENCE = 4;

  private final Commands commands;
  private final ClientPeer client;
  private final Sealing sealing;
  private final BiFunction<ContextId, Set<String>, CompletableFuture<Set<String>>> candidates;
  private final Map<PublicKey, String> coordinators = new HashMap<>();

  /** The streams of submissions that are open or being opened. */
  private final Map<Author, CompletableFuture<SubmitStream>> streams = new HashMap<>();

  /** Only in its own name is a member believed where its transactions are not. */
  private record Author(ContextId context, PublicKey member) {}

  Submissions(
      final Commands commands,
      final ClientPeer client,
      final Sealing sealing,
      final BiFunction<ContextId, Set<String>, CompletableFuture<Set<String>>> candidates) {
    this.commands = commands;
    this.client = client;
    this.sealing = sealing;
    this.candidates = candidates;
  }

  /**
   * Hands a transaction to the coordinator, on the one stream that there is to it for its executor;
   * without one, to the members at large. A failure leaves open whether it was ordered, unless the
   * coordinator says so: handing it in again does no harm.
   */
  CompletableFuture<Answer> submit(final Submit request) {
    final ContextId id = request.transaction().transaction().context();
    return stream(id, request.transaction().transaction().executor())
        .<Supplier<CompletableFuture<Answer>>>thenApply(
            stream -> () -> stream.submit(request.transaction(), request.after(), request.since()))
        .exceptionally(failure -> () -> toEverybody(id, request, Problems.of(failure)))
        .thenCompose(Supplier::get);
  }

  private CompletableFuture<SubmitStream> stream(final ContextId id, final PublicKey member) {
    final Author author = new Author(id, member);
    final CompletableFuture<SubmitStream> known = streams.get(author);
    if (known != null) {
      return known;
    }
    final CompletableFuture<SubmitStream> opened = new CompletableFuture<>();
    streams.put(author, opened);
    final CompletableFuture<SubmitStream> over =
        toCoordinator(
            id,
            member,
            met -> {
              final SubmitStream stream = new SubmitStream(met.talk());
              opened.complete(stream);
              return stream.run();
            });
    final CompletableFuture<Object> _ =
        over.handle(
            (_, failure) -> {
              streams.remove(author, opened);
              if (failure != null) {
                opened.completeExceptionally(failure);
              }
              return id;
            });
    return opened;
  }

  /** Nobody answers on a topic: the entry does, when it comes. */
  private CompletableFuture<Answer> toEverybody(
      final ContextId id, final Submit request, final Problem problem) {
    final GossipMessage message =
        new GossipMessage.Submitted(request.transaction(), request.after());
    if (PeerCodecs.GOSSIP.encode(message).length > GossipMessage.MAX_BYTES) {
      return CompletableFuture.failedFuture(problem.toException());
    }
    return commands
        .ask(Topics.CONTEXT_GET, new Get(id))
        .thenCompose(context -> sealing.say(id, context.head().position(), message))
        .thenCompose(
            published ->
                Problems.failed(
                    problem.code(),
                    published.peers() == 0
                        ? problem.message()
                        : problem.message()
                            + "; the transaction was given to "
                            + published.peers()
                            + " members' nodes to pass on"));
  }

  CompletableFuture<Ordered> change(final ConfigurationEvent.Signed change) {
    return toCoordinator(
        change.context(),
        change.author(),
        met ->
            met.talk()
                .say(new SubmitChange(change))
                .thenCompose(_ -> met.talk().expect(Ordered.class, PATIENCE)));
  }

  private <T> CompletableFuture<T> toCoordinator(
      final ContextId id,
      final PublicKey member,
      final Function<ClientPeer.Met, CompletableFuture<T>> request) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(id))
        .thenCompose(
            context -> {
              // Whoever is being let in speaks through a member.
              final PublicKey speaker =
                  context.owned().contains(member) || context.owned().isEmpty()
                      ? member
                      : context.owned().getFirst();
              final String known = coordinators.get(context.coordinator());
              return candidates
                  .apply(id, known == null ? Set.of() : Set.of(known))
                  .thenCompose(peers -> tryEach(context, speaker, List.copyOf(peers), 0, request));
            });
  }

  private <T> CompletableFuture<T> tryEach(
      final Summary context,
      final PublicKey member,
      final List<String> peers,
      final int next,
      final Function<ClientPeer.Met, CompletableFuture<T>> request) {
    if (next == peers.size()) {
      return Problems.failed(
          Code.PEER_UNREACHABLE, "the coordinator of the context cannot be reached");
    }
    final String peer = peers.get(next);
    final AtomicBoolean asked = new AtomicBoolean();
    return client
        .with(
            new ClientPeer.Party(peer, context.context(), member),
            met -> {
              if (!met.welcome().member().equals(context.coordinator())) {
                return Problems.<T>failed(Code.PEER_UNREACHABLE, "another member is there");
              }
              coordinators.put(context.coordinator(), peer);
              asked.set(true);
              return request.apply(met);
            })
        .exceptionallyCompose(
            failure ->
                asked.get()
                    ? CompletableFuture.failedFuture(certain(Problems.of(failure)).toException())
                    : tryEach(context, member, peers, next + 1, request));
  }

  /** A conversation that breaks off leaves open whether it was ordered. */
  private static Problem certain(final Problem problem) {
    return switch (problem.code()) {
      case STREAM_ENDED, TIMEOUT, PEER_UNREACHABLE ->
          Problem.of(
              Code.TIMEOUT,
              "the coordinator did not answer to the end ("
                  + problem.message()
                  + "); it may still be done");
      default -> problem;
    };
  }
}
