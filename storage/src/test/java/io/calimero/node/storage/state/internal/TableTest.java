// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.internal.Disk;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateView;
import io.calimero.node.storage.state.States;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mapdb.SortedTableMap;
import org.mapdb.volume.RandomAccessFileVol;
import org.mapdb.volume.Volume;

class TableTest {
  @TempDir private Path directory;
  private StateView view;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    view = States.numbered(60_000);
    file = directory.resolve("table");
    TableWriter.write(Disk.real(), file, view);
  }

  @Test
  void mapDbReadsTheSameEntriesAsWeDo() throws IOException {
    final Table table = Table.open(file);
    final Volume volume = new RandomAccessFileVol(file.toFile(), true, -1, 0);
    try {
      final SortedTableMap<byte[], byte[]> map =
          SortedTableMap.open(volume, BytesSerializer.INSTANCE, BytesSerializer.INSTANCE);
      assertThat(map.sizeLong()).isEqualTo(table.count()).isEqualTo(60_000);
      assertThat(map.getPageCount()).isPositive();
      final List<StateEntry> theirs = new ArrayList<>();
      for (final Map.Entry<byte[], byte[]> entry : map.entrySet()) {
        theirs.add(new StateEntry(Bytes.wrap(entry.getKey()), Bytes.wrap(entry.getValue())));
      }
      final List<StateEntry> ours = new ArrayList<>();
      table.scan(Bytes.EMPTY, Optional.empty()).forEachRemaining(ours::add);
      assertThat(ours.equals(theirs)).isTrue();
      final byte[] value = map.get(Bytes.utf8("key/5").unsafeArray());
      assertThat(table.get(Bytes.utf8("key/5")).map(Bytes::toByteArray)).contains(value);
    } finally {
      volume.close();
    }
  }

  @Test
  void everyKeyIsFoundAndNothingBesideThem() throws IOException {
    final Table table = Table.open(file);
    for (final StateEntry entry : view) {
      assertThat(table.get(entry.key()).equals(Optional.of(entry.value()))).isTrue();
    }
    for (final String absent : List.of("", "key", "key/", "key/60000", "key/5a", "z")) {
      assertThat(table.get(Bytes.utf8(absent))).isEmpty();
    }
  }

  @Test
  void aScanStartsAndEndsAnywhere() throws IOException {
    final Table table = Table.open(file);
    for (int i = 0; i < 60_000; i += 977) {
      final Bytes from = Bytes.utf8("key/" + i);
      final Bytes to = Bytes.utf8("key/" + i + "~");
      final List<StateEntry> found = new ArrayList<>();
      table.scan(from, Optional.of(to)).forEachRemaining(found::add);
      assertThat(found).isEqualTo(States.scan(view, from, Optional.of(to))).isNotEmpty();
    }
  }
}
