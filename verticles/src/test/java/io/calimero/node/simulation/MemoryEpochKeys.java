// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.ContextId;
import io.calimero.node.storage.keys.EpochKeyStore;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keys of contexts on a disk that outlives the process. */
final class MemoryEpochKeys implements EpochKeyStore {
  private final SortedMap<ContextId, List<Kept>> keys = new TreeMap<>();

  @Override
  public List<Kept> load(final ContextId context) {
    return keys.getOrDefault(context, List.of());
  }

  @Override
  public void save(final ContextId context, final List<Kept> all) {
    keys.put(context, List.copyOf(all));
  }

  @Override
  public void remove(final ContextId context) {
    keys.remove(context);
  }
}
