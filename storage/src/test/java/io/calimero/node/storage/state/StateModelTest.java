// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.internal.Trees;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/** Whatever is done in whatever order, the store shows what a sorted map would. */
class StateModelTest {
  /** Something that is done. */
  sealed interface Action {}

  record Put(String key, String value) implements Action {}

  record Remove(String key) implements Action {}

  record TakeSnapshot() implements Action {}

  record Rebase(List<Put> meanwhile) implements Action {}

  record Reopen() implements Action {}

  record Damage(int which, int where) implements Action {}

  @Property(tries = 80)
  void theStoreShowsWhatASortedMapWould(
      @ForAll("actions") @Size(min = 1, max = 40) final List<Action> actions) {
    final Path directory = Trees.temporary();
    try {
      final Run run = new Run(directory);
      for (final Action action : actions) {
        run.act(action);
        run.compare();
      }
    } finally {
      Trees.delete(directory);
    }
  }

  @Provide
  Arbitrary<List<Action>> actions() {
    final Arbitrary<String> keys =
        Arbitraries.strings().withChars("ab\u00ff").ofMinLength(0).ofMaxLength(3);
    final Arbitrary<String> values =
        Arbitraries.strings().alpha().ofMaxLength(2500).edgeCases(cases -> cases.add(""));
    final Arbitrary<Put> puts = Combinators.combine(keys, values).as(Put::new);
    return Arbitraries.frequencyOf(
            Tuple.of(10, puts.map(Action.class::cast)),
            Tuple.of(5, keys.map(Remove::new)),
            Tuple.of(2, Arbitraries.just(new TakeSnapshot())),
            Tuple.of(2, puts.list().ofMaxSize(3).map(Rebase::new)),
            Tuple.of(2, Arbitraries.just(new Reopen())),
            Tuple.of(
                1,
                Combinators.combine(Arbitraries.integers(), Arbitraries.integers())
                    .as(Damage::new)))
        .list();
  }

  /** The store and the map beside it. */
  private static final class Run {
    private final Path directory;
    private final StateStore store;
    private final TreeMap<Long, SortedMap<Bytes, Bytes>> history = new TreeMap<>();
    private final SortedMap<Bytes, Bytes> model = new TreeMap<>();
    private StateView view = StateView.empty();
    private long position;

    Run(final Path directory) {
      this.directory = directory;
      this.store = StateStore.open(directory, Access.READ_WRITE);
    }

    void act(final Action action) {
      switch (action) {
        case Put put -> put(put);
        case Remove remove -> {
          model.remove(Bytes.utf8(remove.key));
          view = view.apply(States.remove(remove.key));
        }
        case TakeSnapshot _ -> {
          view = snapshot().view();
        }
        case Rebase rebase -> {
          final StateView older = view;
          final Snapshot snapshot = snapshot();
          rebase.meanwhile.forEach(this::put);
          final StateView rebased = store.rebase(snapshot, older, view);
          assertThat(rebased.root()).isEqualTo(view.root());
          assertThat(rebased.entries()).isEqualTo(view.entries());
          view = rebased;
        }
        case Reopen _ -> reopen();
        case Damage damage -> {
          final List<Path> files = Trees.files(directory);
          if (!files.isEmpty()) {
            final Path file = files.get(Math.floorMod(damage.which, files.size()));
            Trees.flip(file, Math.floorMod(damage.where, (int) file.toFile().length()));
            reopen();
          }
        }
      }
    }

    private void put(final Put put) {
      model.put(Bytes.utf8(put.key), Bytes.utf8(put.value));
      view = view.apply(States.put(put.key, put.value));
    }

    private Snapshot snapshot() {
      position++;
      history.put(position, new TreeMap<>(model));
      return store.snapshot(
          States.CONTEXT,
          position,
          States.entryHash(position),
          view,
          Bytes.utf8("attached at " + position));
    }

    /** What is found is one of the states that were stored, whole. */
    private void reopen() {
      final Optional<Snapshot> found =
          store.open(States.CONTEXT, (at, hash) -> States.entryHash(at).equals(hash)).snapshot();
      final long at = found.map(Snapshot::position).orElse(0L);
      assertThat(found.map(Snapshot::attachment))
          .isEqualTo(found.map(_ -> Bytes.utf8("attached at " + at)));
      model.clear();
      model.putAll(history.getOrDefault(at, new TreeMap<>()));
      view = found.map(Snapshot::view).orElse(StateView.empty());
    }

    void compare() {
      assertThat(States.content(view)).isEqualTo(model);
      assertThat(List.copyOf(States.content(view).keySet())).isEqualTo(List.copyOf(model.keySet()));
      assertThat(view.entries()).isEqualTo(model.size());
      assertThat(view.root()).isEqualTo(StateView.empty().apply(States.puts(model)).root());
      for (final String key : List.of("", "a", "ab", "b", "ba", "\u00ff")) {
        final Bytes bytes = Bytes.utf8(key);
        assertThat(view.get(bytes)).isEqualTo(Optional.ofNullable(model.get(bytes)));
        assertThat(States.scan(view, Bytes.utf8("a"), Optional.of(bytes)))
            .isEqualTo(
                bytes.compareTo(Bytes.utf8("a")) <= 0
                    ? List.of()
                    : model.subMap(Bytes.utf8("a"), bytes).entrySet().stream()
                        .map(entry -> new StateEntry(entry.getKey(), entry.getValue()))
                        .toList());
        assertThat(States.scan(view, bytes, Optional.empty())).hasSize(model.tailMap(bytes).size());
      }
    }
  }
}
