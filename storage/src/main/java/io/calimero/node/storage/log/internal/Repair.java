// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.LogRepair.Repaired;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** Appends, for each damaged stream, a record that it goes on from its last good entry. */
public final class Repair {
  private Repair() {}

  /** Repairs the damaged streams that are wanted. */
  public static List<Repaired> run(
      final Environment environment,
      final Path directory,
      final LogOptions options,
      final Predicate<StreamId> wanted) {
    final List<Repaired> repaired = new ArrayList<>();
    lookAtEverything(environment, directory);
    try (FileLog log = FileLog.open(environment, directory, options)) {
      for (final Damage damage : log.damage().values()) {
        if (wanted.test(damage.stream())) {
          final StreamHead head = log.head(damage.stream()).orElse(StreamHead.NONE);
          log.cut(damage.stream()).join();
          repaired.add(new Repaired(damage, head));
        }
      }
    } catch (final CompletionException e) {
      if (e.getCause() instanceof LogException cause) {
        throw new LogException(cause.code(), String.valueOf(cause.getMessage()), cause);
      }
      throw e;
    }
    return List.copyOf(repaired);
  }

  /** With the checkpoint, opening might not meet the damage. */
  private static void lookAtEverything(final Environment environment, final Path directory) {
    try {
      environment.disk().delete(directory.resolve(Checkpoint.NAME));
    } catch (final IOException e) {
      throw new LogException(
          LogException.Code.UNREADABLE,
          "cannot repair the log in " + directory + ": " + e.getMessage(),
          e);
    }
  }
}
