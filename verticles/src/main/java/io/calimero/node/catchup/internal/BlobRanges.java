// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobChunk;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chunks of a blob that are not here, shared out among peers: each is asked for some that
 * follow each other, and for more when these are on disk. Whoever fails is asked no more; whoever
 * is too slow only when nobody else is left. What was not had of them is for the others, so that a
 * chunk is fetched twice only as far as it was not whole yet. On the loop.
 */
final class BlobRanges {
  private static final Logger LOG = LoggerFactory.getLogger(BlobRanges.class);
  static final int CHUNK = 1 << 20;

  /** So many chunks are asked for in one conversation: what a slow peer can hold up. */
  static final int RANGE = 4;

  /** Less at a time, but for the end of a range, would only hold the others up. */
  private static final int LEAST = BlobServer.SLICE_BYTES;

  private final Commands commands;
  private final ClientPeer client;
  private final Party party;
  private final BlobId blob;
  private final long size;
  private final LongSupplier nanos;
  private final LongConsumer onDisk;
  private final Deque<Range> ranges = new ArrayDeque<>();

  /** Whom nothing is asked just now. */
  private final Deque<String> idle = new ArrayDeque<>();

  /** Who has neither failed nor was too slow. */
  private final Set<String> able = new HashSet<>();

  private final List<String> slow = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final CompletableFuture<Boolean> all = new CompletableFuture<>();
  private int busy;

  /** Chunks that follow each other. */
  private record Range(int first, int count) {}

  /**
   * Chunks to be fetched.
   *
   * @param party in whose name
   * @param blob of which they are
   * @param size the bytes of all of it
   * @param missing the chunks, ascending
   * @param nanos a clock, from any beginning; decides who is too slow
   * @param onDisk is told of the bytes of each chunk
   */
  BlobRanges(
      final Commands commands,
      final ClientPeer client,
      final Party party,
      final BlobId blob,
      final long size,
      final List<Integer> missing,
      final LongSupplier nanos,
      final LongConsumer onDisk) {
    this.commands = commands;
    this.client = client;
    this.party = party;
    this.blob = blob;
    this.size = size;
    this.nanos = nanos;
    this.onDisk = onDisk;
    divide(missing);
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

  /** Completes when all chunks are on disk; fails as the last peer did that could be asked. */
  CompletableFuture<Boolean> from(final List<String> peers) {
    idle.addAll(peers);
    able.addAll(peers);
    share();
    return all;
  }

  /** Gives everybody something to do, as long as there is something and somebody. */
  private void share() {
    while (!ranges.isEmpty() && !idle.isEmpty()) {
      ask(idle.remove(), ranges.remove());
    }
    if (busy > 0) {
      return;
    }
    if (ranges.isEmpty()) {
      all.complete(true);
    } else if (slow.isEmpty()) {
      all.completeExceptionally(problems.getLast().toException());
    } else {
      // slowly is better than not at all
      idle.addAll(slow);
      slow.clear();
      share();
    }
  }

  private void ask(final String peer, final Range range) {
    busy++;
    final Pace pace =
        new Pace(nanos, range.count, () -> able.stream().anyMatch(other -> !other.equals(peer)));
    final Progress progress = new Progress(range, pace);
    Attempts.quietly(
        client
            .with(
                new Party(peer, party.context(), party.member()),
                met ->
                    met.talk()
                        .say(new BlobRangeRequest(blob, progress.offset(), progress.left()))
                        .thenCompose(_ -> take(met.talk(), progress)))
            .handle(
                (_, failure) -> {
                  busy--;
                  progress.rest().ifPresent(ranges::addFirst);
                  if (failure == null) {
                    idle.add(peer);
                  } else {
                    lost(peer, pace, Problems.of(failure));
                  }
                  share();
                  return true;
                }));
  }

  private void lost(final String peer, final Pace pace, final Problem problem) {
    final boolean tooSlow = problem.code() == Code.TIMEOUT && pace.isOver();
    able.remove(peer);
    if (tooSlow) {
      LOG.debug("{} gives too little of the blob {} in time", peer, blob);
      slow.add(peer);
    } else {
      problems.add(problem);
    }
  }

  private CompletableFuture<Boolean> take(final Conversation talk, final Progress progress) {
    if (progress.left() == 0) {
      return CompletableFuture.completedFuture(true);
    }
    return talk.expect(ApplicationBlobChunk.class, progress.pace)
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
    private final Pace pace;
    private final long end;
    private final int last;
    private final ByteArrayOutputStream bytes;
    private int next;

    Progress(final Range range, final Pace pace) {
      this.pace = pace;
      next = range.first;
      last = range.first + range.count;
      end = Math.min(size, (long) last * CHUNK);
      bytes = new ByteArrayOutputStream(Math.clamp(end - (long) next * CHUNK, 0, CHUNK));
    }

    /** The first byte that is not here. */
    long offset() {
      return (long) next * CHUNK + bytes.size();
    }

    /** The last chunk is as short as it is. */
    long left() {
      return Math.max(0, end - offset());
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
      pace.heard();
      bytes.writeBytes(more.unsafeArray());
      if (bytes.size() < CHUNK && offset() < end) {
        return CompletableFuture.completedFuture(true);
      }
      final byte[] chunk = bytes.toByteArray();
      bytes.reset();
      return commands
          .ask(Topics.MODULE_CHUNK, new AddChunk(blob, next, Bytes.wrap(chunk)))
          .thenApply(
              _ -> {
                next++;
                onDisk.accept(chunk.length);
                return true;
              });
    }
  }
}
