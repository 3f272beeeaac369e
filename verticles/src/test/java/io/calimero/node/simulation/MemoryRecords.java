// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.records.RecordFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records on a disk that outlives the process: there as soon as they are appended. */
final class MemoryRecords implements RecordFile {
  private List<Bytes> records = new ArrayList<>();

  @Override
  public Contents contents() {
    return new Contents(List.copyOf(records), 0, Optional.empty());
  }

  @Override
  public void append(final List<Bytes> more) {
    records.addAll(more);
  }

  @Override
  public void rewrite(final List<Bytes> all) {
    records = new ArrayList<>(all);
  }

  @Override
  public boolean mustBeRewritten() {
    return false;
  }

  @Override
  public long size() {
    return records.stream().mapToLong(Bytes::length).sum();
  }

  @Override
  public void close() {}
}
