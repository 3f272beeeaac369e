// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** States and writes for tests. */
public final class States {
  /** A context. */
  public static final ContextId CONTEXT =
      ContextId.parse("GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB");

  /** Another one. */
  public static final ContextId OTHER =
      ContextId.parse("DWCMp31rQoXjsT91Ftk7PKC7qs8qmQqZJdsUwo37p22j");

  private States() {}

  /** The hash of the entry at the position, as these tests have it. */
  public static Hash entryHash(final long position) {
    return Hash.sha256(Long.toString(position).getBytes(StandardCharsets.UTF_8));
  }

  /** The write of one value. */
  public static WriteSet put(final String key, final String value) {
    return new WriteSet(List.of(new Write(Bytes.utf8(key), Optional.of(Bytes.utf8(value)))));
  }

  /** The removal of one key. */
  public static WriteSet remove(final String key) {
    return new WriteSet(List.of(new Write(Bytes.utf8(key), Optional.empty())));
  }

  /** The writes of all entries. */
  public static WriteSet puts(final SortedMap<Bytes, Bytes> entries) {
    return new WriteSet(
        entries.entrySet().stream()
            .map(entry -> new Write(entry.getKey(), Optional.of(entry.getValue())))
            .toList());
  }

  /** A state of so many entries. */
  public static StateView numbered(final int entries) {
    final SortedMap<Bytes, Bytes> map = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      map.put(Bytes.utf8("key/" + i), Bytes.utf8("value " + i));
    }
    return StateView.empty().apply(puts(map));
  }

  /** What the view shows from its first entry to its last. */
  public static Map<Bytes, Bytes> content(final StateView view) {
    final Map<Bytes, Bytes> content = new LinkedHashMap<>();
    for (final StateEntry entry : view) {
      content.put(entry.key(), entry.value());
    }
    return content;
  }

  /** What a scan gives. */
  public static List<StateEntry> scan(
      final StateView view, final Bytes from, final Optional<Bytes> to) {
    final List<StateEntry> entries = new ArrayList<>();
    view.scan(from, to).forEachRemaining(entries::add);
    return entries;
  }
}
