// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.wasm.internal.host.HostFunctions;
import io.calimero.node.wasm.internal.module.FunctionType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Everything that applications of 2024 to 2026 were found to import, with its type, is offered. */
class CensusTest {
  private static final Pattern LINE = Pattern.compile("(\\w+) \\(([il]*)\\)->([il]?)");

  /** Names and types as found, {@code l} for i64 and {@code i} for i32. */
  private static final String FOUND =
      """
      account_id (l)->
      apply_storage_delta (l)->
      approve_proposal (ll)->
      approve_proposal (l)->
      blob_announce_to_context (ll)->i
      blob_announce_to_context (llll)->i
      blob_close (ll)->i
      blob_close (lll)->i
      blob_create ()->l
      blob_open (l)->l
      blob_open (ll)->l
      blob_read (ll)->l
      blob_read (lll)->l
      blob_write (ll)->l
      blob_write (lll)->l
      commit (ll)->
      commit (llll)->
      context_add_member (l)->
      context_create (llll)->
      context_delete (l)->
      context_id (l)->
      context_is_member (l)->i
      context_members (l)->
      context_remove_member (l)->
      context_resolve_alias (ll)->i
      device_id (l)->
      ed25519_verify (lll)->i
      emit (l)->
      emit (llll)->
      emit_migration_witness (l)->
      emit_with_handler (ll)->
      executor_id (l)->
      fetch (lllllllll)->i
      flush_delta ()->i
      input (l)->
      js_crdt_counter_get_executor_count (llil)->i
      js_crdt_counter_increment (l)->i
      js_crdt_counter_new (l)->i
      js_crdt_counter_value (ll)->i
      js_crdt_lww_get (ll)->i
      js_crdt_lww_new (l)->i
      js_crdt_lww_set (lli)->i
      js_crdt_lww_timestamp (ll)->i
      js_crdt_map_contains (ll)->i
      js_crdt_map_get (lll)->i
      js_crdt_map_insert (llll)->i
      js_crdt_map_iter (ll)->i
      js_crdt_map_new (l)->i
      js_crdt_map_remove (lll)->i
      js_crdt_set_clear (l)->i
      js_crdt_set_contains (ll)->i
      js_crdt_set_insert (ll)->i
      js_crdt_set_iter (ll)->i
      js_crdt_set_len (ll)->i
      js_crdt_set_new (l)->i
      js_crdt_set_remove (ll)->i
      js_crdt_vector_get (lll)->i
      js_crdt_vector_len (ll)->i
      js_crdt_vector_new (l)->i
      js_crdt_vector_pop (ll)->i
      js_crdt_vector_push (ll)->i
      js_frozen_storage_add (lll)->i
      js_frozen_storage_contains (ll)->i
      js_frozen_storage_get (lll)->i
      js_frozen_storage_new (l)->i
      js_user_storage_contains (l)->i
      js_user_storage_contains_user (ll)->i
      js_user_storage_get (ll)->i
      js_user_storage_get_for_user (lll)->i
      js_user_storage_insert (lll)->i
      js_user_storage_new (l)->i
      js_user_storage_remove (ll)->i
      log_utf8 (l)->
      log_utf8 (ll)->
      panic_utf8 (ll)->
      panic_utf8 (llllii)->
      persist_root_state (lll)->
      private_storage_read (ll)->i
      private_storage_remove (ll)->i
      private_storage_write (ll)->i
      random_bytes (l)->
      random_bytes (ll)->
      read_register (ll)->i
      read_register (lll)->i
      read_root_state (l)->i
      register_len (l)->l
      send_proposal (llll)->
      send_proposal (ll)->
      storage_index_last (lll)->i
      storage_index_meta_clear (l)->i
      storage_index_meta_get (ll)->i
      storage_index_meta_set (ll)->i
      storage_index_remove (l)->i
      storage_index_remove_prefix (l)->i
      storage_index_scan (lllll)->i
      storage_index_set (ll)->i
      storage_read (ll)->i
      storage_read (lll)->i
      storage_remove (ll)->i
      storage_remove (lll)->i
      storage_write (lll)->i
      storage_write (lllll)->i
      time_now (l)->
      time_now (ll)->
      value_return (l)->
      value_return (lll)->
      xcall (l)->
      xcall_origin (l)->i
      """;

  @Test
  void everyImportOfTheCensusIsOfferedInEachOfItsShapes() {
    final List<String> missing =
        FOUND.lines().filter(line -> !offered(line.strip())).map(String::strip).toList();
    assertThat(missing).isEmpty();
    assertThat(FOUND.lines().count()).isGreaterThan(100);
  }

  private static boolean offered(final String line) {
    final Matcher parts = LINE.matcher(line);
    assertThat(parts.matches()).as(line).isTrue();
    return HostFunctions.find(parts.group(1), FunctionType.of(parts.group(2), parts.group(3)))
        .isPresent();
  }
}
