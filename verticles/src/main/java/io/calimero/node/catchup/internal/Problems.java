// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong, in the words of the bus. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  static Problem of(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case NodeException known -> known.problem();
      default -> {
        LOG.error("catching up failed unexpectedly", failure);
        yield Problem.of(Code.INTERNAL, "internal error: " + failure);
      }
    };
  }

  static <T> CompletableFuture<T> failed(final Code code, final String message) {
    return CompletableFuture.failedFuture(Problem.of(code, message).toException());
  }
}
