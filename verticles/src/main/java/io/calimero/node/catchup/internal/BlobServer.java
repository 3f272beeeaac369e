// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ModuleMessages.GetOutline;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.ModuleMessages.ReadPart;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobChunk;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobRequest;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobSize;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Gives modules, and the blobs that are shared in their context, to members who have proven to be
 * some. One part of a blob is in memory at a time, and the next is read when this one is taken.
 */
final class BlobServer {
  private static final int PART_BYTES = 1 << 20;

  /** What a peer must be able to send within the patience of who asks. */
  static final int SLICE_BYTES = 256 << 10;

  private final Commands commands;

  BlobServer(final Commands commands) {
    this.commands = commands;
  }

  /** Of which chunks a module consists. */
  CompletableFuture<NetworkMessages.Done> outline(
      final Conversation talk, final ContextId context, final BlobOutlineRequest wanted) {
    return outline(context, wanted.blob())
        .thenCompose(outline -> talk.say(new BlobOutline(outline.size(), outline.chunks())));
  }

  /** All of a module from an offset on, for those who do not know that it has chunks. */
  CompletableFuture<NetworkMessages.Done> all(
      final Conversation talk, final ContextId context, final ApplicationBlobRequest wanted) {
    return outline(context, wanted.blob())
        .thenCompose(
            outline ->
                talk.say(new ApplicationBlobSize(outline.size()))
                    .thenCompose(
                        said ->
                            wanted.offset() >= outline.size()
                                ? CompletableFuture.completedFuture(said)
                                : range(
                                    talk,
                                    context,
                                    new BlobRangeRequest(
                                        wanted.blob(),
                                        wanted.offset(),
                                        outline.size() - wanted.offset()))));
  }

  private CompletableFuture<Outline> outline(final ContextId context, final BlobId blob) {
    return commands.ask(Topics.MODULE_OUTLINE, new GetOutline(context, blob));
  }

  /** A part of a module, as far as it goes. */
  CompletableFuture<NetworkMessages.Done> range(
      final Conversation talk, final ContextId context, final BlobRangeRequest wanted) {
    final int length = (int) Math.min(wanted.length(), PART_BYTES);
    return commands
        .ask(Topics.MODULE_PART, new ReadPart(context, wanted.blob(), wanted.offset(), length))
        .thenCompose(part -> part(talk, context, wanted, part.bytes()));
  }

  private CompletableFuture<NetworkMessages.Done> part(
      final Conversation talk,
      final ContextId context,
      final BlobRangeRequest wanted,
      final Bytes part) {
    if (part.isEmpty()) {
      return CompletableFuture.completedFuture(new NetworkMessages.Done());
    }
    final long left = wanted.length() - part.length();
    return slices(talk, wanted.offset(), part, 0)
        .thenCompose(
            done ->
                left == 0
                    ? CompletableFuture.completedFuture(done)
                    : range(
                        talk,
                        context,
                        new BlobRangeRequest(
                            wanted.blob(), wanted.offset() + part.length(), left)));
  }

  private static CompletableFuture<NetworkMessages.Done> slices(
      final Conversation talk, final long offset, final Bytes part, final int from) {
    if (from >= part.length()) {
      return CompletableFuture.completedFuture(new NetworkMessages.Done());
    }
    final int upTo = Math.min(part.length(), from + SLICE_BYTES);
    final Bytes slice = Bytes.wrap(Arrays.copyOfRange(part.unsafeArray(), from, upTo));
    return talk.say(new ApplicationBlobChunk(offset + from, slice))
        .thenCompose(_ -> slices(talk, offset, part, upTo));
  }
}
