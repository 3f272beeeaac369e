// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.storage.log.internal.Environment;
import io.calimero.node.storage.log.internal.Repair;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Gives up what damaged streams have lost, so that they can go on from the last entry before their
 * damage. What is given up is gone for good: fetching it from a peer or a backup comes first. The
 * log must not be in use.
 */
public final class LogRepair {
  private LogRepair() {}

  /**
   * What was given up.
   *
   * @param damage the damage that is settled now
   * @param head where the stream goes on from, position 0 if it begins anew
   */
  public record Repaired(Damage damage, StreamHead head) {}

  /** Repairs those of the streams that are damaged. Durable on return. */
  public static List<Repaired> repair(
      final Path directory, final LogOptions options, final Set<StreamId> streams) {
    return Repair.run(Environment.real(), directory, options, streams::contains);
  }

  /** Repairs all streams that are damaged. Durable on return. */
  public static List<Repaired> repairAll(final Path directory, final LogOptions options) {
    return Repair.run(Environment.real(), directory, options, stream -> true);
  }
}
