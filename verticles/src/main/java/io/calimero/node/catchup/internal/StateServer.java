// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.SnapshotMessages.Checkpoint;
import io.calimero.node.events.messages.SnapshotMessages.FindCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.GetBase;
import io.calimero.node.events.messages.SnapshotMessages.ReadState;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.SnapshotOffer;
import io.calimero.node.events.peers.PeerMessage.SnapshotPart;
import io.calimero.node.events.peers.PeerMessage.SnapshotRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Gives states at checkpoints to members who have proven to be some. One part of a state is in
 * memory at a time, and the next is read when this one is taken.
 */
final class StateServer {
  private static final int PART_BYTES = 1 << 20;

  private final Commands commands;

  StateServer(final Commands commands) {
    this.commands = commands;
  }

  /** Who has asked, for what, and where the log ended here then. */
  private record Asker(Conversation talk, ContextId context, Head head) {
    CompletableFuture<NetworkMessages.Done> end() {
      return talk.say(new End(head));
    }
  }

  /** The state at the newest checkpoint, if there is one that can be proven. */
  CompletableFuture<NetworkMessages.Done> newest(
      final Conversation talk,
      final ContextId context,
      final Head head,
      final SnapshotRequest wanted) {
    final Asker asker = new Asker(talk, context, head);
    return commands
        .ask(Topics.CHECKPOINT_FIND, new FindCheckpoint(context))
        .thenCompose(
            found ->
                found
                    .checkpoint()
                    .map(checkpoint -> at(asker, wanted, checkpoint))
                    .orElseGet(asker::end));
  }

  private CompletableFuture<NetworkMessages.Done> at(
      final Asker asker, final SnapshotRequest wanted, final Checkpoint checkpoint) {
    return prove(asker.context, checkpoint)
        .thenCompose(
            base ->
                base.map(proven -> offer(asker, wanted, proven, checkpoint)).orElseGet(asker::end));
  }

  private CompletableFuture<Optional<StateBase>> prove(
      final ContextId context, final Checkpoint checkpoint) {
    return commands
        .ask(
            Topics.BASE_GET,
            new GetBase(context, checkpoint.position(), checkpoint.configuration()))
        .thenApply(
            base -> base.base().filter(proven -> proven.head().hash().equals(checkpoint.hash())));
  }

  private CompletableFuture<NetworkMessages.Done> offer(
      final Asker asker,
      final SnapshotRequest wanted,
      final StateBase base,
      final Checkpoint checkpoint) {
    final Optional<Bytes> after =
        wanted.checkpoint().filter(checkpoint.hash()::equals).flatMap(_ -> wanted.after());
    return asker
        .talk
        .say(new SnapshotOffer(base, after.isPresent()))
        .thenCompose(_ -> parts(asker, checkpoint, after));
  }

  private CompletableFuture<NetworkMessages.Done> parts(
      final Asker asker, final Checkpoint checkpoint, final Optional<Bytes> after) {
    return commands
        .ask(
            Topics.STATE_READ,
            new ReadState(asker.context, checkpoint.position(), after, PART_BYTES))
        .thenCompose(
            part ->
                part.pairs().isEmpty()
                    ? asker.end()
                    : asker
                        .talk
                        .say(new SnapshotPart(part.pairs()))
                        .thenCompose(
                            _ ->
                                parts(
                                    asker, checkpoint, Optional.of(part.pairs().getLast().key()))));
  }
}
