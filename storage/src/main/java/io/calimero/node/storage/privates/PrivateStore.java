// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.privates;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.privates.internal.FilePrivateStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The private storage of the executors on this node. A change is kept before its transaction is
 * handed in, and counts from the entry on that takes the <em>seat</em> with the transaction's
 * unique id: which changes count is thus said by the state that somebody reads at, and both come at
 * once. A change whose transaction never gets an entry never counts, and is dropped when another
 * one that began on the same seat does.
 *
 * <p>Thread-safe. Failures are {@link StorageException}s, none of which leaves half a change.
 */
public interface PrivateStore {
  /** How many bytes the keys and values of one executor in one context may have. */
  long MAX_BYTES = 16L << 20;

  /**
   * How many changes of one executor in one context may wait to count. The oldest is dropped for
   * one more, as one that was given up.
   */
  int MAX_OPEN = 64;

  /** The store in this directory, which is made when it is needed. */
  static PrivateStore open(final Path directory) {
    return new FilePrivateStore(directory, Disk.real());
  }

  /** The rows of one executor at one seat. Immutable. */
  interface Rows {
    /** The value under a key. */
    Optional<Bytes> get(Bytes key);
  }

  /**
   * The rows of an executor.
   *
   * @param seat what the state says of which change counted last, if any did; if that is not known
   *     here, as after a copy of the home was put back, the newest rows that are
   * @throws StorageException {@code CORRUPT}, {@code NEWER_FORMAT} or {@code IO}
   */
  Rows rows(ContextId context, PublicKey executor, Optional<Bytes> seat);

  /**
   * Keeps a change. Durable on return.
   *
   * @param seat on which it was made
   * @param next the seat from which on it counts
   * @throws StorageException {@code REJECTED} if there would be more than {@link #MAX_BYTES}, or as
   *     {@link #rows}, or {@code FULL}
   */
  void keep(
      ContextId context, PublicKey executor, Optional<Bytes> seat, Bytes next, WriteSet writes);

  /** Deletes everything of a context. Durable on return. */
  void drop(ContextId context);

  /** The contexts of which something is here, in the order of their identifiers. */
  List<ContextId> contexts();
}
