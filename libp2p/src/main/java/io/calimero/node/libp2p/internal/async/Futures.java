// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.async;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;

/** Small helps for futures. */
public final class Futures {
  private Futures() {}

  /**
   * Says that nobody waits for {@code future}, on purpose: its failure shows elsewhere, or does not
   * matter.
   */
  public static void ignore(final Future<?> future) {
    // Only the name of this method matters.
  }

  /** What went wrong, without the wrapping that chained futures put round it. */
  public static Throwable cause(final Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Lets {@code to} end as {@code from} does, with the failure unwrapped. */
  public static <T> void forward(final CompletableFuture<T> from, final CompletableFuture<T> to) {
    ignore(
        from.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                to.complete(value);
              } else {
                to.completeExceptionally(cause(failure));
              }
            }));
  }
}
