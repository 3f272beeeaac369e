// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import static io.calimero.node.wasm.internal.host.Table.action;
import static io.calimero.node.wasm.internal.host.Table.buffer;

import java.util.List;
import java.util.Optional;

/** The functions that only applications in JavaScript use. They have the ref shape alone. */
final class ScriptFunctions {
  private ScriptFunctions() {}

  static List<HostFunction> list() {
    final Table table = new Table();
    document(table);
    for (final String kind :
        List.of(
            "js_crdt_map",
            "js_crdt_vector",
            "js_crdt_set",
            "js_crdt_lww",
            "js_crdt_counter",
            "js_user_storage",
            "js_frozen_storage")) {
      table.ref(kind + "_new", "l", "i", (s, a) -> s.collections().create(a.i64(0)));
    }
    maps(table);
    vectors(table);
    sets(table);
    registers(table);
    counters(table);
    users(table);
    frozen(table);
    return table.functions();
  }

  private static void document(final Table table) {
    table
        .ref(
            "persist_root_state",
            "lll",
            "",
            action((s, a) -> s.documents().persistDocument(buffer(s, a, 0))))
        .ref("read_root_state", "l", "i", (s, a) -> s.documents().readDocument(a.i64(0)))
        // Members run the call themselves: there is no delta to take or to give
        .ref("apply_storage_delta", "l", "", action((s, a) -> s.checked(buffer(s, a, 0))))
        .ref("flush_delta", "", "i", (s, _) -> s.documents().flush())
        .ref("register_js_sdk_root_merge", "", "", action((_, _) -> {}));
  }

  private static void maps(final Table table) {
    table
        .ref(
            "js_crdt_map_get",
            "lll",
            "i",
            (s, a) -> s.collections().mapGet(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "js_crdt_map_insert",
            "llll",
            "i",
            (s, a) ->
                s.collections()
                    .mapInsert(buffer(s, a, 0), buffer(s, a, 1), buffer(s, a, 2), a.i64(3)))
        .ref(
            "js_crdt_map_remove",
            "lll",
            "i",
            (s, a) -> s.collections().mapRemove(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "js_crdt_map_contains",
            "ll",
            "i",
            (s, a) -> s.collections().mapContains(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "js_crdt_map_iter",
            "ll",
            "i",
            (s, a) -> s.collections().mapEntries(buffer(s, a, 0), a.i64(1)));
  }

  private static void vectors(final Table table) {
    table
        .ref(
            "js_crdt_vector_len",
            "ll",
            "i",
            (s, a) -> s.collections().vectorLength(buffer(s, a, 0), a.i64(1)))
        .ref(
            "js_crdt_vector_push",
            "ll",
            "i",
            (s, a) -> s.collections().vectorPush(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "js_crdt_vector_get",
            "lll",
            "i",
            (s, a) -> s.collections().vectorGet(buffer(s, a, 0), a.i64(1), a.i64(2)))
        .ref(
            "js_crdt_vector_pop",
            "ll",
            "i",
            (s, a) -> s.collections().vectorPop(buffer(s, a, 0), a.i64(1)));
  }

  private static void sets(final Table table) {
    table
        .ref(
            "js_crdt_set_insert",
            "ll",
            "i",
            (s, a) -> s.collections().setInsert(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "js_crdt_set_contains",
            "ll",
            "i",
            (s, a) -> s.collections().setContains(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "js_crdt_set_remove",
            "ll",
            "i",
            (s, a) -> s.collections().setRemove(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "js_crdt_set_len",
            "ll",
            "i",
            (s, a) -> s.collections().setLength(buffer(s, a, 0), a.i64(1)))
        .ref(
            "js_crdt_set_iter",
            "ll",
            "i",
            (s, a) -> s.collections().setElements(buffer(s, a, 0), a.i64(1)))
        .ref("js_crdt_set_clear", "l", "i", (s, a) -> s.collections().setClear(buffer(s, a, 0)));
  }

  private static void registers(final Table table) {
    table
        .ref(
            "js_crdt_lww_set",
            "lli",
            "i",
            (s, a) ->
                s.records()
                    .registerSet(
                        buffer(s, a, 0),
                        a.i32(2) == 0 ? Optional.empty() : Optional.of(buffer(s, a, 1))))
        .ref(
            "js_crdt_lww_get",
            "ll",
            "i",
            (s, a) -> s.records().registerGet(buffer(s, a, 0), a.i64(1)))
        .ref(
            "js_crdt_lww_timestamp",
            "ll",
            "i",
            (s, a) -> s.records().registerTime(buffer(s, a, 0), a.i64(1)));
  }

  private static void counters(final Table table) {
    table
        .ref(
            "js_crdt_counter_increment",
            "l",
            "i",
            (s, a) -> s.records().counterIncrement(buffer(s, a, 0)))
        .ref(
            "js_crdt_counter_value",
            "ll",
            "i",
            (s, a) -> s.records().counterValue(buffer(s, a, 0), a.i64(1)))
        .ref(
            "js_crdt_counter_get_executor_count",
            "llil",
            "i",
            (s, a) ->
                s.records()
                    .counterOf(
                        buffer(s, a, 0),
                        a.i32(2) == 0 ? Optional.empty() : Optional.of(buffer(s, a, 1)),
                        a.i64(3)));
  }

  private static void users(final Table table) {
    table
        .ref(
            "js_user_storage_insert",
            "lll",
            "i",
            (s, a) -> s.records().userInsert(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "js_user_storage_get",
            "ll",
            "i",
            (s, a) -> s.records().userGet(buffer(s, a, 0), Optional.empty(), a.i64(1)))
        .ref(
            "js_user_storage_get_for_user",
            "lll",
            "i",
            (s, a) -> s.records().userGet(buffer(s, a, 0), Optional.of(buffer(s, a, 1)), a.i64(2)))
        .ref(
            "js_user_storage_remove",
            "ll",
            "i",
            (s, a) -> s.records().userRemove(buffer(s, a, 0), a.i64(1)))
        .ref(
            "js_user_storage_contains",
            "l",
            "i",
            (s, a) -> s.records().userContains(buffer(s, a, 0), Optional.empty()))
        .ref(
            "js_user_storage_contains_user",
            "ll",
            "i",
            (s, a) -> s.records().userContains(buffer(s, a, 0), Optional.of(buffer(s, a, 1))));
  }

  private static void frozen(final Table table) {
    table
        .ref(
            "js_frozen_storage_add",
            "lll",
            "i",
            (s, a) -> s.records().frozenAdd(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "js_frozen_storage_get",
            "lll",
            "i",
            (s, a) -> s.records().frozenGet(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "js_frozen_storage_contains",
            "ll",
            "i",
            (s, a) -> s.records().frozenContains(buffer(s, a, 0), buffer(s, a, 1)));
  }
}
