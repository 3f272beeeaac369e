// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.messages.BlobMessages.EndGathering;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.Gather;
import io.calimero.node.events.messages.BlobMessages.Gathering;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one blob from members of a context: some are asked at a time whether they have it, and
 * whoever has gives a part of it, as with modules ({@link BlobRanges}). If that comes to nothing,
 * the next ones are asked; what is on disk stays. On the loop.
 */
final class BlobFetch {
  private static final Logger LOG = LoggerFactory.getLogger(BlobFetch.class);

  /** So many are asked at a time. */
  private static final int PEERS = 4;

  /** So many are asked in all. */
  private static final int MOST = 64;

  private final Commands commands;
  private final ClientPeer client;
  private final BlobPeers others;
  private final ContextId context;
  private final BlobId blob;
  private final LongSupplier nanos;

  /** What is known of the size, and how much of it is here. */
  private Optional<Long> size = Optional.empty();

  private long done;

  /** Why those who have the blob have not given it. */
  private Optional<Problem> last = Optional.empty();

  BlobFetch(
      final Commands commands,
      final ClientPeer client,
      final ContextId context,
      final BlobId blob,
      final LongSupplier nanos) {
    this.commands = commands;
    this.client = client;
    others = new BlobPeers(commands, client);
    this.context = context;
    this.blob = blob;
    this.nanos = nanos;
  }

  /** How far it is, for people. */
  String progress() {
    return size.map(bytes -> done + " of " + bytes + " bytes are here")
        .orElse("nobody has answered yet");
  }

  /** Completes when the blob is here; fails with {@code BLOB_UNAVAILABLE} if nobody gives it. */
  CompletableFuture<Fetched> run() {
    return commands
        .ask(Topics.BLOB_GATHER, new Gather(context, blob, Optional.empty()))
        .thenCompose(
            found ->
                found
                    .size()
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(
                        () ->
                            commands
                                .ask(Topics.CONTEXT_GET, new Get(context))
                                .thenCompose(this::fromMembers)));
  }

  private CompletableFuture<Fetched> fromMembers(final Summary summary) {
    if (summary.owned().isEmpty()) {
      return Problems.failed(
          Code.BLOB_UNAVAILABLE,
          "the blob " + blob + " is not here, and this node is no member of the context");
    }
    final PublicKey member = summary.owned().getFirst();
    return others
        .of(context)
        .thenCompose(peers -> from(member, peers.subList(0, Math.min(MOST, peers.size())), 0));
  }

  private CompletableFuture<Fetched> from(
      final PublicKey member, final List<String> peers, final int next) {
    if (next >= peers.size()) {
      return CompletableFuture.failedFuture(nobody(peers.size()).toException());
    }
    final int upTo = Math.min(peers.size(), next + PEERS);
    return holders(member, peers.subList(next, upTo))
        .thenCompose(holders -> fromHolders(member, holders))
        .thenCompose(
            fetched ->
                fetched
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(() -> from(member, peers, upTo)));
  }

  /**
   * The name proves the chunks, and not the length of the last one: whoever says another length is
   * asked on its own, so that one who lies about it speaks for nobody else.
   */
  private CompletableFuture<Optional<Fetched>> fromHolders(
      final PublicKey member, final List<Holder> holders) {
    if (holders.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    final long told = holders.getFirst().outline.size();
    final Map<Boolean, List<Holder>> same =
        holders.stream()
            .collect(Collectors.partitioningBy(holder -> holder.outline.size() == told));
    return gather(member, same.getOrDefault(true, List.of()))
        .thenApply(Optional::of)
        .exceptionally(
            failure -> {
              final Problem problem = Problems.of(failure);
              LOG.debug("the blob {} does not come: {}", blob, problem.message());
              last = Optional.of(problem);
              return Optional.empty();
            })
        .thenCompose(
            fetched ->
                fetched.isPresent()
                    ? CompletableFuture.completedFuture(fetched)
                    : fromHolders(member, same.getOrDefault(false, List.of())));
  }

  private Problem nobody(final int asked) {
    final String why =
        last.map(problem -> "it did not come as a whole: " + problem.message())
            .orElse(
                asked == 0
                    ? "no member of the context " + context + " is connected"
                    : "none of the "
                        + asked
                        + " peers in reach gives it to members of the context "
                        + context);
    return Problem.of(
        // of a full disk the caller is told as such
        last.map(Problem::code)
            .filter(code -> code == Code.STORAGE_FULL)
            .orElse(Code.BLOB_UNAVAILABLE),
        "the blob " + blob + " is not here, and " + why,
        blob.hash());
  }

  /** A peer that has the blob. */
  private record Holder(String peer, Outline outline) {}

  private CompletableFuture<List<Holder>> holders(
      final PublicKey member, final List<String> peers) {
    CompletableFuture<List<Holder>> all = CompletableFuture.completedFuture(List.of());
    // all at once, told in their order
    for (final CompletableFuture<Optional<Holder>> each :
        peers.stream().map(peer -> outline(new Party(peer, context, member))).toList()) {
      all =
          all.thenCombine(
              each,
              (before, holder) -> {
                final List<Holder> more = new ArrayList<>(before);
                holder.ifPresent(more::add);
                return more;
              });
    }
    return all;
  }

  /** Whoever does not have it, or gives another outline than the blob's, is asked no more. */
  private CompletableFuture<Optional<Holder>> outline(final Party party) {
    return others
        .outline(party, blob)
        .thenApply(
            outline ->
                isOfBlob(outline)
                    ? Optional.of(
                        new Holder(party.peer(), new Outline(outline.size(), outline.chunks())))
                    : Optional.<Holder>empty())
        .exceptionally(
            failure -> {
              LOG.debug("{} does not give the blob {}: {}", party.peer(), blob, failure.toString());
              return Optional.empty();
            });
  }

  private boolean isOfBlob(final BlobOutline outline) {
    final BorshWriter names = new BorshWriter();
    outline.chunks().forEach(names::hash);
    return Hash.sha256(names.toByteArray()).equals(blob.hash());
  }

  private CompletableFuture<Fetched> gather(final PublicKey member, final List<Holder> holders) {
    final Outline outline = holders.getFirst().outline;
    return commands
        .ask(Topics.BLOB_GATHER, new Gather(context, blob, Optional.of(outline)))
        .thenCompose(
            begun ->
                begun
                    .size()
                    .map(CompletableFuture::completedFuture)
                    .orElseGet(() -> ranges(member, holders, outline, begun)));
  }

  private CompletableFuture<Fetched> ranges(
      final PublicKey member,
      final List<Holder> holders,
      final Outline outline,
      final Gathering begun) {
    final List<Integer> missing = begun.missing().stream().map(Missing::number).toList();
    size = Optional.of(outline.size());
    done = Math.max(0, outline.size() - (long) missing.size() * BlobRanges.CHUNK);
    final List<String> peers = holders.stream().map(Holder::peer).toList();
    return new BlobRanges(
            commands,
            client,
            new Party(peers.getFirst(), context, member),
            blob,
            outline.size(),
            missing,
            nanos,
            bytes -> done = Math.min(outline.size(), done + bytes))
        .from(peers)
        .thenCompose(_ -> commands.ask(Topics.BLOB_GATHERED, new EndGathering(context, blob)));
  }
}
