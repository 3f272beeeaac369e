// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.storage.state.Snapshot;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Snapshots on a disk that outlives the process. */
final class MemorySnapshots implements StateStore {
  private final SortedMap<ContextId, List<Snapshot>> snapshots = new TreeMap<>();
  private final boolean wrong;

  /**
   * A store.
   *
   * @param wrong whether what is read back is not what was written, to test the checker
   */
  MemorySnapshots(final boolean wrong) {
    this.wrong = wrong;
  }

  @Override
  public Snapshot snapshot(
      final ContextId context,
      final long position,
      final Hash entryHash,
      final StateView view,
      final Bytes attachment) {
    final Snapshot snapshot = new Snapshot(context, position, entryHash, attachment, view);
    snapshots.computeIfAbsent(context, _ -> new ArrayList<>()).add(snapshot);
    return snapshot;
  }

  @Override
  public Opened open(final ContextId context, final LogCheck log) {
    return new Opened(
        snapshots.getOrDefault(context, List.of()).reversed().stream()
            .filter(snapshot -> log.agrees(snapshot.position(), snapshot.entryHash()))
            .findFirst()
            .map(
                snapshot ->
                    wrong
                        ? with(snapshot, new Write(Bytes.utf8("!"), Optional.of(Bytes.EMPTY)))
                        : snapshot),
        List.of());
  }

  private static Snapshot with(final Snapshot right, final Write write) {
    return new Snapshot(
        right.context(),
        right.position(),
        right.entryHash(),
        right.attachment(),
        right.view().apply(new WriteSet(List.of(write))));
  }

  @Override
  public StateView rebase(final Snapshot snapshot, final StateView older, final StateView newer) {
    return newer;
  }

  @Override
  public SortedSet<ContextId> contexts() {
    return new TreeSet<>(snapshots.keySet());
  }

  @Override
  public void drop(final ContextId context) {
    snapshots.remove(context);
  }

  /** Snapshots may be deleted at any time: what they hold is in the log. */
  void lose() {
    snapshots.clear();
  }
}
