// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.StreamException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What goes wrong between peers, in the words of the bus. */
final class Failures {
  private Failures() {}

  static RuntimeException translated(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          translated(wrapped.getCause());
      case NodeException known -> known;
      case MalformedException malformed -> of(Code.INVALID_REQUEST, malformed);
      case LimitException limit -> of(Code.BUSY, limit);
      case StreamException ended -> of(Code.STREAM_ENDED, ended);
      case Libp2pException other -> of(Code.PEER_UNREACHABLE, other);
      case RuntimeException bug -> bug;
      default -> new IllegalStateException(failure);
    };
  }

  /** The same future, which fails in the words of the bus. */
  static <T> CompletableFuture<T> translating(final CompletableFuture<T> future) {
    return future.exceptionallyCompose(e -> CompletableFuture.failedFuture(translated(e)));
  }

  static <T> CompletableFuture<T> failed(final Code code, final String message) {
    return CompletableFuture.failedFuture(Problem.of(code, message).toException());
  }

  private static NodeException of(final Code code, final Libp2pException failure) {
    return Problem.of(code, String.valueOf(failure.getMessage())).toException();
  }
}
