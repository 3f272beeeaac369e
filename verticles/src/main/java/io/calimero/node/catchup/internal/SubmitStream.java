// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.NotSettled;
import io.calimero.node.events.peers.PeerMessage.Settled;
import io.calimero.node.events.peers.PeerMessage.SubmissionSince;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A stream on which a coordinator is handed one transaction after the other, without waiting for
 * its answers. It ends when there was nothing to say for a while, or when the other side is silent
 * although it was asked. Whoever uses it bounds how many are under way. On the loop.
 */
final class SubmitStream {
  private final Conversation talk;
  private final SortedMap<Long, CompletableFuture<Answer>> underWay = new TreeMap<>();
  private final CompletableFuture<SubmitStream> ended = new CompletableFuture<>();
  private CompletableFuture<NetworkMessages.Done> sending =
      CompletableFuture.completedFuture(new NetworkMessages.Done());
  private long next;

  SubmitStream(final Conversation talk) {
    this.talk = talk;
  }

  /** Begins to listen; completes when the stream is of no use any more. */
  CompletableFuture<SubmitStream> run() {
    listen();
    return ended;
  }

  /** Hands a transaction over. A failure without the coordinator's word leaves open what it did. */
  CompletableFuture<Answer> submit(
      final Transaction.Signed transaction, final Optional<Hash> after, final long since) {
    final long number = next++;
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    underWay.put(number, answer);
    sending =
        sending.thenCompose(_ -> talk.say(new SubmissionSince(number, transaction, after, since)));
    final CompletableFuture<Object> _ =
        sending.handle(
            (_, failure) -> {
              if (failure != null) {
                end(Problems.of(failure));
              }
              return number;
            });
    return answer;
  }

  private void listen() {
    final long asked = next;
    final CompletableFuture<Object> _ =
        talk.hear()
            .handle(
                (message, failure) -> {
                  if (failure == null) {
                    heard(message);
                  } else {
                    heardNothing(asked, Problems.of(failure));
                  }
                  return asked;
                });
  }

  private void heard(final Optional<PeerMessage> message) {
    if (message.isPresent() && message.get() instanceof final Settled settled) {
      take(settled.number()).ifPresent(answer -> answer.complete(settled.answer()));
      listen();
    } else if (message.isPresent() && message.get() instanceof final NotSettled not) {
      take(not.number())
          .ifPresent(
              answer ->
                  answer.completeExceptionally(
                      Problem.of(not.code(), not.message()).toException()));
      if (not.code() == Code.NOT_COORDINATOR) {
        // Somebody else is now, and a stream to them has to be found.
        end(Problem.of(not.code(), not.message()));
      } else {
        listen();
      }
    } else {
      final CompletableFuture<Object> _ =
          Conversation.<SubmitStream>unexpected(message)
              .handle(
                  (_, failure) -> {
                    end(Problems.of(failure));
                    return message;
                  });
    }
  }

  /** Silence is wrong only from one who was asked before it began. */
  private void heardNothing(final long asked, final Problem problem) {
    final boolean isSilent = problem.code() == Code.TIMEOUT;
    if (isSilent && underWay.isEmpty()) {
      ended.complete(this);
    } else if (isSilent && underWay.firstKey() >= asked) {
      listen();
    } else {
      end(problem);
    }
  }

  private Optional<CompletableFuture<Answer>> take(final long number) {
    return Optional.ofNullable(underWay.remove(number));
  }

  private void end(final Problem problem) {
    final Problem open =
        Problem.of(
            Code.TIMEOUT,
            "the coordinator did not answer to the end ("
                + problem.message()
                + "); it may still be done");
    if (ended.completeExceptionally(problem.toException())) {
      final List<CompletableFuture<Answer>> left = new ArrayList<>(underWay.values());
      underWay.clear();
      left.forEach(answer -> answer.completeExceptionally(open.toException()));
    }
  }
}
