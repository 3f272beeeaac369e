// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.EndGathering;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobChunk;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Fetches the module of one application: first of which chunks it consists, which its name proves,
 * then the chunks that are not here, from several peers at once if they are many. Each is verified
 * and on disk before the next one of its peer is heard, so that whatever breaks off goes on where
 * it was, also after a restart, and with other peers. On the loop.
 */
final class ModuleFetch {
  private static final int CHUNK = 1 << 20;

  /** So many chunks are asked for in one conversation: what a slow peer can hold up. */
  private static final int RANGE = 4;

  private static final int PEERS = 4;

  /** Less at a time, but for the end of a range, would only hold the others up. */
  private static final int LEAST = ModuleServer.SLICE_BYTES;

  private final Commands commands;
  private final ClientPeer client;
  private final Party party;
  private final Application application;
  private final Journey journey;
  private final Deque<Range> ranges = new ArrayDeque<>();
  private long done;

  /** Chunks that follow each other. */
  private record Range(int first, int count) {}

  ModuleFetch(
      final Commands commands,
      final ClientPeer client,
      final Party party,
      final Application application,
      final Journey journey) {
    this.commands = commands;
    this.client = client;
    this.party = party;
    this.application = application;
    this.journey = journey;
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
    return outline()
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

  private CompletableFuture<BlobOutline> outline() {
    return client.with(
        party,
        met ->
            met.talk()
                .say(new BlobOutlineRequest(application.blob()))
                .thenCompose(_ -> met.talk().expect(BlobOutline.class, 1)));
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
    divide(begun.missing().stream().map(Missing::number).toList());
    done = application.size() - (long) begun.missing().size() * CHUNK;
    journey.at(Math.max(0, done));
    return peers(begun.missing().size())
        .thenCompose(this::fromAll)
        .thenCompose(_ -> commands.ask(Topics.MODULE_GATHERED, new EndGathering(application)))
        .thenApply(_ -> true);
  }

  private void divide(final List<Integer> missing) {
    int from = 0;
    while (from < missing.size()) {
      int to = from + 1;
      while (to < missing.size()
          && to - from < RANGE
          && missing.get(to) == missing.get(from) + to - from) {
        to++;
      }
      ranges.add(new Range(missing.get(from), to - from));
      from = to;
    }
  }

  /** Whom to ask: others too if there is much, those first who have proven to be members. */
  private CompletableFuture<List<String>> peers(final int missing) {
    if (missing <= RANGE) {
      return CompletableFuture.completedFuture(List.of(party.peer()));
    }
    return commands
        .ask(Topics.GOSSIP_MESH, new GetMesh(GossipMessage.topic(party.context())))
        .thenApply(
            mesh -> {
              final List<String> peers = new ArrayList<>(List.of(party.peer()));
              final Set<String> met = client.met(party.context());
              mesh.subscribers().stream()
                  .filter(peer -> !peers.contains(peer))
                  .sorted(Comparator.comparing((String peer) -> !met.contains(peer)))
                  .limit(PEERS - 1)
                  .forEach(peers::add);
              return peers;
            });
  }

  /** Whoever fails is asked no more; what was not had of them is for the others. */
  private CompletableFuture<Boolean> fromAll(final List<String> peers) {
    final List<String> good = new ArrayList<>();
    final List<Problem> problems = new ArrayList<>();
    return CompletableFuture.allOf(
            peers.stream()
                .map(
                    peer ->
                        from(peer)
                            .handle(
                                (_, failure) ->
                                    failure == null
                                        ? good.add(peer)
                                        : problems.add(Problems.of(failure))))
                .toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            _ -> {
              if (ranges.isEmpty()) {
                return CompletableFuture.completedFuture(true);
              }
              return good.isEmpty()
                  ? CompletableFuture.failedFuture(problems.getLast().toException())
                  : fromAll(good);
            });
  }

  private CompletableFuture<Boolean> from(final String peer) {
    final Range range = ranges.poll();
    if (range == null) {
      return CompletableFuture.completedFuture(true);
    }
    final Progress progress = new Progress(range);
    return client
        .with(
            new Party(peer, party.context(), party.member()),
            met ->
                met.talk()
                    .say(
                        new BlobRangeRequest(
                            application.blob(), progress.offset(), progress.left()))
                    .thenCompose(_ -> take(met.talk(), progress)))
        .whenComplete((_, _) -> progress.rest().ifPresent(ranges::addFirst))
        .thenCompose(_ -> from(peer));
  }

  private CompletableFuture<Boolean> take(final Conversation talk, final Progress progress) {
    if (progress.left() == 0) {
      return CompletableFuture.completedFuture(true);
    }
    return talk.expect(ApplicationBlobChunk.class, 1)
        .thenCompose(
            chunk ->
                progress.accepts(chunk)
                    ? progress.add(chunk.bytes()).thenCompose(_ -> take(talk, progress))
                    : Problems.failed(
                        Code.BLOB_UNAVAILABLE,
                        "the peer's blob has a chunk of "
                            + chunk.bytes().length()
                            + " bytes at "
                            + chunk.offset()));
  }

  /** How far a range has come. */
  private final class Progress {
    private final long end;
    private final int last;
    private final ByteArrayOutputStream bytes;
    private int next;

    Progress(final Range range) {
      next = range.first;
      last = range.first + range.count;
      end = Math.min(application.size(), (long) last * CHUNK);
      bytes = new ByteArrayOutputStream(Math.clamp(end - (long) next * CHUNK, 0, CHUNK));
    }

    /** The first byte that is not here. */
    long offset() {
      return (long) next * CHUNK + bytes.size();
    }

    long left() {
      return end - offset();
    }

    /** What is not on disk of the range. */
    Optional<Range> rest() {
      return next == last ? Optional.empty() : Optional.of(new Range(next, last - next));
    }

    boolean accepts(final ApplicationBlobChunk chunk) {
      final int length = chunk.bytes().length();
      return chunk.offset() == offset()
          && length >= Math.min(LEAST, left())
          && length <= left()
          && bytes.size() + length <= CHUNK;
    }

    /** Completes when whatever became whole is verified and on disk. */
    CompletableFuture<Boolean> add(final Bytes more) {
      bytes.writeBytes(more.unsafeArray());
      if (bytes.size() < CHUNK && offset() < end) {
        return CompletableFuture.completedFuture(true);
      }
      final byte[] chunk = bytes.toByteArray();
      bytes.reset();
      return commands
          .ask(Topics.MODULE_CHUNK, new AddChunk(application.blob(), next, Bytes.wrap(chunk)))
          .thenApply(
              _ -> {
                next++;
                done += chunk.length;
                journey.at(Math.clamp(done, 0, application.size()));
                return true;
              });
    }
  }
}
