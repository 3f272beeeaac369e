// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Dials several addresses of one peer: the next one when one fails or has not answered for a while,
 * and the first to answer wins. Lives on one thread.
 */
final class DialRace {
  private static final Duration HEAD_START = Duration.ofMillis(250);

  private final EventLoopTimers loop;
  private final Function<Multiaddr, CompletableFuture<P2pConnection>> dial;
  private final Queue<Multiaddr> waiting;
  private final List<Throwable> failures = new ArrayList<>();
  private final CompletableFuture<P2pConnection> won = new CompletableFuture<>();
  private Timers.Timer headStart = () -> {};
  private int running;

  DialRace(
      final EventLoopTimers loop,
      final List<Multiaddr> addresses,
      final Function<Multiaddr, CompletableFuture<P2pConnection>> dial) {
    this.loop = loop;
    this.dial = dial;
    waiting = new ArrayDeque<>(addresses);
  }

  CompletableFuture<P2pConnection> run() {
    loop.execute(this::next);
    return won;
  }

  private void next() {
    headStart.cancel();
    if (won.isDone()) {
      return;
    }
    final Multiaddr address = waiting.poll();
    if (address == null) {
      if (running == 0) {
        lose();
      }
      return;
    }
    running++;
    Futures.ignore(
        dial.apply(address)
            .whenComplete(
                (connection, failure) -> loop.execute(() -> finished(connection, failure))));
    headStart = loop.after(HEAD_START, this::next);
  }

  private void finished(final P2pConnection connection, final Throwable failure) {
    running--;
    if (failure != null) {
      failures.add(Futures.cause(failure));
      next();
    } else if (!won.complete(connection)) {
      Futures.ignore(connection.close("another address answered first"));
    } else {
      headStart.cancel();
    }
  }

  private void lose() {
    if (failures.size() == 1) {
      won.completeExceptionally(failures.getFirst());
      return;
    }
    final ConnectionException all =
        new ConnectionException(
            "No address answered: "
                + failures.stream().map(failure -> String.valueOf(failure.getMessage())).toList());
    failures.forEach(all::addSuppressed);
    final boolean impostors =
        !failures.isEmpty()
            && failures.stream().allMatch(failure -> failure instanceof AuthenticationException);
    won.completeExceptionally(impostors ? failures.getFirst() : all);
  }
}
