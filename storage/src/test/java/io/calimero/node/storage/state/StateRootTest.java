// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The vectors were computed by a program of its own, in another language, from docs/formats.md. */
class StateRootTest {
  @Test
  void theRootOfNothingIsAConstant() {
    assertThat(StateView.empty().root())
        .hasToString("GAW7AKadQ8PTwCvQxf2cYpGRvKtvbQ7QKsPXUCRUiewR");
  }

  @Test
  void theRootOfOneEntryIsTheVector() {
    assertThat(StateView.empty().apply(States.put("foo", "bar")).root())
        .hasToString("Ff9GhtFgrPHS9QPpf75HCfSF6BDHeABosMXt9Y6ZWVBN");
  }

  @Test
  void theRootOfThreeEntriesIsTheVector() {
    final byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    final Map<Bytes, Bytes> entries =
        Map.of(
            Bytes.utf8("foo"),
            Bytes.utf8("bar"),
            Bytes.utf8("STATE"),
            Bytes.wrap(all),
            Bytes.EMPTY,
            Bytes.EMPTY);
    assertThat(StateView.empty().apply(States.puts(new TreeMap<>(entries))).root())
        .hasToString("FTtRPGgUqBWGg8XbSJFv1yhH6VuRcSvu7ocwMER42NTf");
  }

  @Test
  void whereTheKeyEndsMatters() {
    assertThat(StateView.empty().apply(States.put("ab", "c")).root())
        .isNotEqualTo(StateView.empty().apply(States.put("a", "bc")).root());
  }

  @Test
  void theSameEntryUnderTwoKeysIsNotNothing() {
    final StateView two = StateView.empty().apply(States.put("a", "x")).apply(States.put("b", "x"));
    assertThat(two.root()).isNotEqualTo(StateView.empty().root());
    assertThat(two.apply(States.remove("b")).root())
        .isEqualTo(StateView.empty().apply(States.put("a", "x")).root());
  }

  @Property(tries = 100)
  void theRootFollowsFromTheEntriesAlone(
      @ForAll @Size(max = 12) final Map<Byte, Byte> entries, @ForAll final long seed) {
    final List<Byte> order = new ArrayList<>(new TreeMap<>(entries).keySet());
    final StateView straight = write(StateView.empty(), order, entries);
    final Random random = new Random(seed);
    Collections.shuffle(order, random);
    StateView winding = StateView.empty();
    for (final Byte key : order) {
      winding = winding.apply(States.put("k" + key, "passing"));
      if (random.nextBoolean()) {
        winding = winding.apply(States.remove("k" + key));
      }
    }
    winding = winding.apply(States.put("passing", "by"));
    winding = write(winding, order, entries).apply(States.remove("passing"));
    assertThat(winding.root()).isEqualTo(straight.root());
    assertThat(States.content(winding)).isEqualTo(States.content(straight));
    assertThat(winding.entries()).isEqualTo(entries.size());
    assertThat(winding.sizeInBytes()).isEqualTo(straight.sizeInBytes());
  }

  @Property(tries = 50)
  void undoingWritesGivesTheOldRoot(
      @ForAll @Size(max = 8) final Map<Byte, Byte> before,
      @ForAll @Size(max = 8) final Map<Byte, Byte> after) {
    final StateView old =
        write(StateView.empty(), new ArrayList<>(new TreeMap<>(before).keySet()), before);
    StateView view = old;
    final List<WriteSet> undo = new ArrayList<>();
    for (final Map.Entry<Byte, Byte> entry : new TreeMap<>(after).entrySet()) {
      final Bytes key = Bytes.utf8("k" + entry.getKey());
      undo.addFirst(new WriteSet(List.of(new Write(key, view.get(key)))));
      view = view.apply(States.put("k" + entry.getKey(), "v" + entry.getValue()));
    }
    for (final WriteSet writes : undo) {
      view = view.apply(writes);
    }
    assertThat(view.root()).isEqualTo(old.root());
    assertThat(view.sizeInBytes()).isEqualTo(old.sizeInBytes());
  }

  @Test
  void writingWhatIsThereChangesNothing() {
    final StateView view = States.numbered(3);
    assertThat(view.apply(States.put("key/1", "value 1")).root()).isEqualTo(view.root());
    assertThat(view.apply(States.remove("no such key")).root()).isEqualTo(view.root());
    assertThat(view.apply(WriteSet.EMPTY)).isSameAs(view);
  }

  @Test
  void anOldViewStaysAsItWas() {
    final StateView old = States.numbered(10);
    final Map<Bytes, Bytes> content = States.content(old);
    final StateView view = old.apply(States.put("key/1", "new")).apply(States.remove("key/2"));
    assertThat(States.content(old)).isEqualTo(content);
    assertThat(old.get(Bytes.utf8("key/2"))).isPresent();
    assertThat(view.get(Bytes.utf8("key/2"))).isEmpty();
    assertThat(view.get(Bytes.utf8("key/1"))).contains(Bytes.utf8("new"));
    assertThat(States.scan(old, Bytes.utf8("z"), Optional.of(Bytes.utf8("a")))).isEmpty();
  }

  private static StateView write(
      final StateView start, final List<Byte> keys, final Map<Byte, Byte> entries) {
    StateView view = start;
    for (final Byte key : keys) {
      view = view.apply(States.put("k" + key, "v" + entries.get(key)));
    }
    return view;
  }
}
