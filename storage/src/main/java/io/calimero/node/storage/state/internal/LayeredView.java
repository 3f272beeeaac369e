// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateView;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * A view: what changed, in memory, over what does not change. A key of the overlay without a value
 * is a removed one; over an empty base there are none, so that memory holds only what is there.
 */
public final class LayeredView implements StateView {
  /** The state of a context of which nothing was written. */
  public static final LayeredView EMPTY =
      new LayeredView(Base.EMPTY, TreePMap.empty(), LtHash.empty(), 0, 0);

  private final Base base;
  private final TreePMap<Bytes, Optional<Bytes>> overlay;
  private final LtHash hash;
  private final long entries;
  private final long size;
  private volatile @Nullable Hash root;

  private LayeredView(
      final Base base,
      final TreePMap<Bytes, Optional<Bytes>> overlay,
      final LtHash hash,
      final long entries,
      final long size) {
    this.base = base;
    this.overlay = overlay;
    this.hash = hash;
    this.entries = entries;
    this.size = size;
  }

  /** A view of the base alone. */
  static LayeredView of(final Base base, final LtHash hash, final long entries, final long size) {
    return new LayeredView(entries == 0 ? Base.EMPTY : base, TreePMap.empty(), hash, entries, size);
  }

  /** The hash behind the root, not to be changed. */
  LtHash hash() {
    return hash;
  }

  @Override
  @SuppressWarnings("NullableOptional") // "not written here" is how the map says it
  public Optional<Bytes> get(final Bytes key) {
    final @Nullable Optional<Bytes> written = overlay.get(key);
    return written == null ? base.get(key) : written;
  }

  @Override
  public Iterator<StateEntry> scan(final Bytes from, final Optional<Bytes> to) {
    if (to.isPresent() && from.compareTo(to.get()) >= 0) {
      return Collections.emptyIterator();
    }
    final TreePMap<Bytes, Optional<Bytes>> written =
        to.isPresent() ? overlay.subMap(from, true, to.get(), false) : overlay.tailMap(from, true);
    return new MergedIterator(base.scan(from, to), written.entrySet().iterator());
  }

  @Override
  public Hash root() {
    Hash known = root;
    if (known == null) {
      known = hash.root();
      root = known;
    }
    return known;
  }

  @Override
  public long entries() {
    return entries;
  }

  @Override
  public long sizeInBytes() {
    return size;
  }

  @Override
  public LayeredView apply(final WriteSet writes) {
    if (writes.isEmpty()) {
      return this;
    }
    final LtHash newHash = hash.copy();
    TreePMap<Bytes, Optional<Bytes>> newOverlay = overlay;
    long newEntries = entries;
    long newSize = size;
    for (final Write write : writes.writes()) {
      final Bytes key = write.key();
      final Optional<Bytes> before = get(key);
      final Optional<Bytes> after = write.value();
      if (before.equals(after)) {
        continue;
      }
      if (before.isPresent()) {
        newHash.subtract(key, before.get());
        newEntries--;
        newSize -= key.length() + before.get().length();
      }
      if (after.isPresent()) {
        newHash.add(key, after.get());
        newEntries++;
        newSize += key.length() + after.get().length();
      }
      newOverlay = put(base, newOverlay, key, after);
    }
    return new LayeredView(base, newOverlay, newHash, newEntries, newSize);
  }

  /**
   * This view over another base that holds what the older view shows.
   *
   * @throws IllegalArgumentException if this was not made from the older one, or the roots differ
   */
  LayeredView rebase(final LayeredView older, final LayeredView fresh) {
    if (!base.equals(older.base)) {
      throw new IllegalArgumentException("views over different bases");
    }
    if (!fresh.root().equals(older.root())) {
      throw new IllegalArgumentException("the snapshot is not of the older view");
    }
    TreePMap<Bytes, Optional<Bytes>> changed = fresh.overlay;
    for (final Map.Entry<Bytes, Optional<Bytes>> entry : overlay.entrySet()) {
      if (!entry.getValue().equals(older.overlay.get(entry.getKey()))) {
        changed = put(fresh.base, changed, entry.getKey(), entry.getValue());
      }
    }
    for (final Bytes key : older.overlay.keySet()) {
      if (!overlay.containsKey(key)) {
        changed = put(fresh.base, changed, key, Optional.empty());
      }
    }
    return new LayeredView(fresh.base, changed, hash, entries, size);
  }

  private static TreePMap<Bytes, Optional<Bytes>> put(
      final Base base,
      final TreePMap<Bytes, Optional<Bytes>> overlay,
      final Bytes key,
      final Optional<Bytes> value) {
    return value.isEmpty() && base.equals(Base.EMPTY)
        ? overlay.minus(key)
        : overlay.plus(key, value);
  }

  /** How much it holds, not what. */
  @Override
  public String toString() {
    return "StateView[" + entries + " entries, " + size + " bytes, root " + root() + "]";
  }
}
