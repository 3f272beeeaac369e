// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is only tried: the network and the contexts say themselves what goes wrong there. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private Attempts() {}

  static void quietly(final CompletableFuture<?> attempt) {
    final CompletableFuture<?> _ =
        attempt.exceptionally(
            failure -> {
              LOG.debug("not done: {}", failure.toString());
              return null;
            });
  }
}
