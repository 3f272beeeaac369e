// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetching contexts that are being joined: from the peer that the invitation names, as the task of
 * the context. On the loop.
 */
final class Joins {
  private final Commands commands;
  private final ClientPeer client;
  private final Board board;
  private final Tasks tasks;

  Joins(final Commands commands, final ClientPeer client, final Board board, final Tasks tasks) {
    this.commands = commands;
    this.client = client;
    this.board = board;
    this.tasks = tasks;
  }

  /**
   * Fetches a context that is being joined; done when a first part of it is on disk, or, if there
   * is an old log here, when it tells of the member.
   *
   * @param onFirst is told then from whom
   */
  CompletableFuture<CatchupMessages.Done> fetch(
      final Fetch request, final Consumer<String> onFirst) {
    final CompletableFuture<CatchupMessages.Done> begun = new CompletableFuture<>();
    tasks.instead(request.context(), () -> fetching(request, begun, onFirst));
    return begun;
  }

  private CompletableFuture<Boolean> fetching(
      final Fetch request,
      final CompletableFuture<CatchupMessages.Done> begun,
      final Consumer<String> onFirst) {
    return client
        .head(request.context())
        .thenCompose(
            head ->
                commands
                    .ask(Topics.PEER_DIAL, new Dial(request.addresses()))
                    .thenCompose(dialled -> fetch(request, head, dialled.peer(), begun, onFirst)))
        .thenCompose(_ -> isMember(request))
        .handle(
            (member, failure) -> {
              if (begun.isDone()) {
                // Once it has begun, it is a context like any other.
                return failure == null;
              }
              return ended(request, begun, Boolean.TRUE.equals(member), failure);
            });
  }

  private CompletableFuture<Head> fetch(
      final Fetch request,
      final Head head,
      final String peer,
      final CompletableFuture<CatchupMessages.Done> begun,
      final Consumer<String> onFirst) {
    final Journey journey = board.of(request.context());
    if (head.equals(Head.NONE)) {
      journey.onFirst(
          () -> {
            if (begun.complete(new CatchupMessages.Done())) {
              onFirst.accept(peer);
            }
          });
    }
    return client.catchUp(
        new ClientPeer.Party(peer, request.context(), request.member()),
        head,
        ClientPeer.Way.NEAREST,
        journey);
  }

  /** A context that is being joined has not begun before its fetching ended. */
  private boolean ended(
      final Fetch request,
      final CompletableFuture<CatchupMessages.Done> begun,
      final boolean member,
      final @Nullable Throwable failure) {
    if (failure == null && member) {
      return begun.complete(new CatchupMessages.Done());
    }
    board.forget(request.context());
    begun.completeExceptionally(
        (failure == null
                ? Problem.of(Code.CONTEXT_NOT_FOUND, "the peer's log does not tell of the member")
                : Problems.of(failure))
            .toException());
    return false;
  }

  private CompletableFuture<Boolean> isMember(final Fetch request) {
    return commands
        .ask(Topics.CONTEXT_GET, new Get(request.context()))
        .thenApply(context -> context.members().contains(request.member()));
  }
}
