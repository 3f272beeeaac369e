// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
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

/** Snapshots in memory, on a disk that the test can fill. */
final class FakeStore implements StateStore {
  private final SortedMap<ContextId, List<Snapshot>> snapshots = new TreeMap<>();
  private boolean full;
  private Runnable duringRebase = () -> {};

  void full(final boolean now) {
    full = now;
  }

  /** Happens once, while a view is being rebased. */
  void duringRebase(final Runnable event) {
    duringRebase = event;
  }

  List<Long> positions(final ContextId context) {
    return snapshots.getOrDefault(context, List.of()).stream().map(Snapshot::position).toList();
  }

  @Override
  public Snapshot snapshot(
      final ContextId context,
      final long position,
      final Hash entryHash,
      final StateView view,
      final Bytes attachment) {
    if (full) {
      throw new StorageException(StorageException.Code.FULL, "the disk is full");
    }
    final Snapshot snapshot = new Snapshot(context, position, entryHash, attachment, view);
    snapshots.computeIfAbsent(context, _ -> new ArrayList<>()).add(snapshot);
    return snapshot;
  }

  @Override
  public Opened open(final ContextId context, final LogCheck log) {
    final Optional<Snapshot> newest =
        snapshots.getOrDefault(context, List.of()).reversed().stream()
            .filter(snapshot -> log.agrees(snapshot.position(), snapshot.entryHash()))
            .findFirst();
    return new Opened(newest, List.of());
  }

  @Override
  public StateView rebase(final Snapshot snapshot, final StateView older, final StateView newer) {
    if (!snapshot.root().equals(older.root())) {
      throw new IllegalArgumentException("the snapshot is of another view");
    }
    final Runnable event = duringRebase;
    duringRebase = () -> {};
    event.run();
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
}
