// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.await;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Waits for what a foreign peer does in its own time. */
final class Eventually {
  private Eventually() {}

  /** Asks until the answer is yes: each question is a round trip, so this does not spin. */
  static void holds(final BooleanSupplier question) {
    final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!answered.isDone() && !question.getAsBoolean()) {
                  Thread.onSpinWait();
                }
                answered.complete(true);
              } catch (final RuntimeException | AssertionError e) {
                answered.completeExceptionally(e);
              }
            });
    await(answered.whenComplete((ok, failure) -> answered.complete(false)));
  }
}
