// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.util.concurrent.ExecutorService;

/** The log's own threads. */
final class Lanes {
  private final ExecutorService writer;
  private final ExecutorService acknowledge;
  private final ExecutorService maintenance;

  Lanes(final Environment environment) {
    writer = environment.lanes().apply("log-writer");
    acknowledge = environment.lanes().apply("log-acknowledge");
    maintenance = environment.lanes().apply("log-maintenance");
  }

  /** Writes and forces. */
  ExecutorService writer() {
    return writer;
  }

  /** Completes the futures of those who wait, so that they cannot hold up the writer. */
  ExecutorService acknowledge() {
    return acknowledge;
  }

  /** Prepares segments and writes checkpoints. */
  ExecutorService maintenance() {
    return maintenance;
  }

  /** Lets all of them finish what they have. */
  void shutdown() {
    writer.shutdown();
    acknowledge.shutdown();
    maintenance.shutdown();
  }
}
