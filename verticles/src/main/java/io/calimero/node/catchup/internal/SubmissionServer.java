// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.NotSettled;
import io.calimero.node.events.peers.PeerMessage.Settled;
import io.calimero.node.events.peers.PeerMessage.Submission;
import io.calimero.node.events.peers.PeerMessage.SubmissionSince;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The coordinator's end of a stream of submissions. They are ordered as they come, and answered as
 * they are done; no more is read than may be under way. On the loop.
 */
final class SubmissionServer {
  /** How many may be under way: as many as the other side hands over, and some. */
  static final int MAX_UNDER_WAY = 512;

  private static final int PATIENCE = 4;

  private final Commands commands;
  private final Conversation talk;
  private final ContextId context;
  private final PublicKey member;
  private final CompletableFuture<NetworkMessages.Done> ended = new CompletableFuture<>();
  private CompletableFuture<NetworkMessages.Done> saying =
      CompletableFuture.completedFuture(new NetworkMessages.Done());
  private int underWay;
  private boolean isListening;
  private boolean isClosed;

  /**
   * A server.
   *
   * @param member who has opened the stream
   */
  SubmissionServer(
      final Commands commands,
      final Conversation talk,
      final ContextId context,
      final PublicKey member) {
    this.member = member;
    this.commands = commands;
    this.talk = talk;
    this.context = context;
  }

  /** Serves the stream, of which this was the first submission, to its end. */
  CompletableFuture<NetworkMessages.Done> serve(final SubmissionSince first) {
    order(first);
    listen();
    return ended;
  }

  private void listen() {
    if (isListening || isClosed || ended.isDone() || underWay >= MAX_UNDER_WAY) {
      return;
    }
    isListening = true;
    final CompletableFuture<Object> _ =
        talk.hear(PATIENCE)
            .handle(
                (message, failure) -> {
                  isListening = false;
                  if (failure == null) {
                    heard(message);
                  } else {
                    ended.completeExceptionally(failure);
                  }
                  return context;
                });
  }

  private void heard(final Optional<PeerMessage> message) {
    if (message.isEmpty()) {
      isClosed = true;
      endWhenDone();
      return;
    }
    submission(message.get())
        .ifPresentOrElse(
            submission -> {
              order(submission);
              listen();
            },
            () ->
                ended.completeExceptionally(
                    Problem.of(Code.STREAM_ENDED, "the peer said something else than submissions")
                        .toException()));
  }

  /** What is handed in by a message, if something is. */
  static Optional<SubmissionSince> submission(final PeerMessage message) {
    return switch (message) {
      case SubmissionSince since -> Optional.of(since);
      case Submission plain ->
          Optional.of(new SubmissionSince(plain.number(), plain.transaction(), plain.after(), 0));
      default -> Optional.empty();
    };
  }

  /** What others say of where its entry is may be meant to have it ordered twice. */
  private Order order(final SubmissionSince submission, final PublicKey executor) {
    return new Order(
        submission.transaction(),
        submission.after(),
        executor.equals(member) ? submission.since() : 0);
  }

  private void order(final SubmissionSince submission) {
    underWay++;
    final CompletableFuture<Answer> answer =
        submission.transaction().transaction().context().equals(context)
            ? commands.ask(
                Topics.TRANSACTION_ORDER,
                order(submission, submission.transaction().transaction().executor()))
            : Problems.failed(Code.INVALID_REQUEST, "the transaction is for another context");
    final CompletableFuture<Object> _ =
        answer
            .<PeerMessage>thenApply(done -> new Settled(submission.number(), done))
            .exceptionally(
                failure -> {
                  final Problem problem = Problems.of(failure);
                  return new NotSettled(submission.number(), problem.code(), problem.message());
                })
            .thenCompose(this::say)
            .handle(
                (_, failure) -> {
                  underWay--;
                  if (failure == null) {
                    listen();
                    endWhenDone();
                  } else {
                    ended.completeExceptionally(failure);
                  }
                  return context;
                });
  }

  /** One at a time: the network takes few at once. */
  private CompletableFuture<NetworkMessages.Done> say(final PeerMessage message) {
    saying = saying.thenCompose(_ -> talk.say(message));
    return saying;
  }

  private void endWhenDone() {
    if (isClosed && underWay == 0) {
      ended.complete(new NetworkMessages.Done());
    }
  }
}
