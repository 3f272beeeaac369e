// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.state.internal.MapDbStateStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The snapshots of all contexts of a node: for each context up to two generations, files that are
 * written once and never changed. All methods may be called from any thread; those of one context
 * wait for one another. They block on the disk.
 */
public interface StateStore {

  /**
   * The store in this directory, which is created when there is something to put there.
   *
   * @param directory see {@link io.calimero.node.storage.home.NodeHome#state}
   */
  static StateStore open(final Path directory, final Access access) {
    return new MapDbStateStore(directory, access, Disk.real());
  }

  /**
   * Writes a snapshot, reads it back and compares it with the view; then the generations before the
   * last one are deleted. Durable on return. When it fails, the older generations are as they were.
   *
   * @param position behind which entry of the log the view is
   * @param entryHash the hash of that entry
   * @param attachment what {@link #open} shall give back, at most 16 MiB
   * @return the snapshot, its view on the new file: {@link #rebase} moves newer views onto it
   * @throws StorageException {@code FULL} if the disk is, {@code IO}, or {@code CORRUPT} if what
   *     was read back differs
   */
  Snapshot snapshot(
      ContextId context, long position, Hash entryHash, StateView view, Bytes attachment);

  /**
   * Begins to take a state from elsewhere, or goes on where an import of the same state was; one of
   * another state of the context is deleted. A store that only keeps what is made here need not
   * offer this.
   *
   * @param position behind which entry of the log the state is
   * @param entryHash the hash of that entry
   * @param root the root that the state must have
   */
  default StateImport importing(
      final ContextId context, final long position, final Hash entryHash, final Hash root) {
    throw new UnsupportedOperationException("this store takes no states from elsewhere");
  }

  /**
   * The newest snapshot that stands every check. What is not relied on is reported, and deleted if
   * it is damaged. Reads the whole file once, to verify it.
   *
   * @param log whether the log has the entry that a snapshot claims to be behind
   */
  Opened open(ContextId context, LogCheck log);

  /**
   * The newer view with the snapshot's file beneath it instead of what lay beneath the older one,
   * so that memory holds only what changed since. Takes time by the number of keys changed since
   * the file beneath them, so it is best called away from the writer, and the writes made meanwhile
   * applied to its result.
   *
   * @param snapshot made of {@code older}
   * @param older the view that the snapshot was made of
   * @param newer made from {@code older} by {@link StateView#apply}
   * @throws IllegalArgumentException if they are not so related
   */
  StateView rebase(Snapshot snapshot, StateView older, StateView newer);

  /** The contexts that have files here. */
  SortedSet<ContextId> contexts();

  /** Deletes all files of the context. Views in use stay readable. */
  void drop(ContextId context);

  /** Whether the log agrees. */
  @FunctionalInterface
  interface LogCheck {
    /** Whether the entry at the position of the context's log has this hash. */
    boolean agrees(long position, Hash entryHash);
  }

  /**
   * What was found.
   *
   * @param snapshot the newest one to rely on, if there is one
   * @param rejected the files not relied on, newest first
   */
  record Opened(Optional<Snapshot> snapshot, List<Rejected> rejected) {}

  /**
   * A generation that is not relied on.
   *
   * @param file the name of its file
   * @param reason what is wrong with it, for a person
   */
  record Rejected(String file, String reason) {}
}
