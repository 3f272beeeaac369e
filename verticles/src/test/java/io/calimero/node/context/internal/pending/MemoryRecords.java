// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.records.RecordFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A record file in memory that outlives the pool over it, and can be full. */
final class MemoryRecords implements RecordFile {
  private List<Bytes> durable = new ArrayList<>();
  private boolean broken;
  boolean full;
  int appends;
  int rewrites;

  @Override
  public Contents contents() {
    return new Contents(List.copyOf(durable), 0, Optional.empty());
  }

  @Override
  public void append(final List<Bytes> records) {
    check();
    appends++;
    durable.addAll(records);
  }

  @Override
  public void rewrite(final List<Bytes> records) {
    broken = false;
    check();
    rewrites++;
    durable = new ArrayList<>(records);
  }

  private void check() {
    if (full || broken) {
      broken = true;
      throw new StorageException(StorageException.Code.FULL, "the disk is full");
    }
  }

  @Override
  public boolean mustBeRewritten() {
    return broken;
  }

  @Override
  public long size() {
    return durable.stream().mapToLong(Bytes::length).sum();
  }

  @Override
  public void close() {}
}
