// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What modules say of themselves, as long as they are among those last asked for. On the loop. A
 * module that cannot be described says nothing, which is not remembered.
 */
final class Descriptions {
  private static final int KEPT = 256;
  private static final ModuleDescription NOTHING = new ModuleDescription(List.of(), "none");

  private final Execution execution;
  private final Async async;
  private final Map<BlobId, ModuleDescription> known = new LinkedHashMap<>(16, 0.75f, true);

  Descriptions(final Execution execution, final Async async) {
    this.execution = execution;
    this.async = async;
  }

  CompletableFuture<ModuleDescription> of(final BlobId module) {
    final ModuleDescription found = known.get(module);
    if (found != null) {
      return CompletableFuture.completedFuture(found);
    }
    return async
        .onLoop(execution.describe(module))
        .thenApply(
            description -> {
              known.put(module, description);
              if (known.size() > KEPT) {
                known.remove(known.keySet().iterator().next());
              }
              return description;
            })
        .exceptionally(_ -> NOTHING);
  }
}
