;; SPDX-License-Identifier: Apache-2.0
;;
;; Runs a script of host calls that the test passes as input, in the ref shape.
;;
;; Input, copied to address 65536: a u64 length of data, the data, then instructions of 64 bytes
;; each: the number of an operation (see the table at the end) and up to seven arguments, all u64.
;; Operation 0 ends the script. What each operation returned is stored, as u64 one after the
;; other, from address 1048576 on. Memory: 20 pages at first, no declared maximum.
(module
  (import "env" "panic" (func $panic (param i64)))
  (import "env" "panic_utf8" (func $panic_utf8 (param i64 i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64) (result i32)))
  (import "env" "context_id" (func $context_id (param i64)))
  (import "env" "executor_id" (func $executor_id (param i64)))
  (import "env" "input" (func $input (param i64)))
  (import "env" "value_return" (func $value_return (param i64)))
  (import "env" "log_utf8" (func $log_utf8 (param i64)))
  (import "env" "emit" (func $emit (param i64)))
  (import "env" "commit" (func $commit (param i64 i64)))
  (import "env" "storage_read" (func $storage_read (param i64 i64) (result i32)))
  (import "env" "storage_write" (func $storage_write (param i64 i64 i64) (result i32)))
  (import "env" "storage_remove" (func $storage_remove (param i64 i64) (result i32)))
  (import "env" "random_bytes" (func $random_bytes (param i64)))
  (import "env" "time_now" (func $time_now (param i64)))
  (import "env" "account_id" (func $account_id (param i64)))
  (import "env" "device_id" (func $device_id (param i64)))
  (import "env" "get_executor_identity" (func $get_executor_identity (param i64)))
  (import "env" "xcall_origin" (func $xcall_origin (param i64) (result i32)))
  (import "env" "ed25519_verify" (func $ed25519_verify (param i64 i64 i64) (result i32)))
  (import "env" "emit_with_handler" (func $emit_with_handler (param i64 i64)))
  (import "env" "emit_migration_witness" (func $emit_migration_witness (param i64)))
  (import "env" "storage_index_set" (func $storage_index_set (param i64 i64) (result i32)))
  (import "env" "storage_index_remove" (func $storage_index_remove (param i64) (result i32)))
  (import "env" "storage_index_remove_prefix" (func $storage_index_remove_prefix (param i64) (result i32)))
  (import "env" "storage_index_scan" (func $storage_index_scan (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "storage_index_last" (func $storage_index_last (param i64 i64 i64) (result i32)))
  (import "env" "storage_index_meta_set" (func $storage_index_meta_set (param i64 i64) (result i32)))
  (import "env" "storage_index_meta_get" (func $storage_index_meta_get (param i64 i64) (result i32)))
  (import "env" "storage_index_meta_clear" (func $storage_index_meta_clear (param i64) (result i32)))
  (import "env" "private_storage_read" (func $private_storage_read (param i64 i64) (result i32)))
  (import "env" "private_storage_write" (func $private_storage_write (param i64 i64) (result i32)))
  (import "env" "private_storage_remove" (func $private_storage_remove (param i64 i64) (result i32)))
  (import "env" "blob_create" (func $blob_create (result i64)))
  (import "env" "blob_open" (func $blob_open (param i64) (result i64)))
  (import "env" "blob_read" (func $blob_read (param i64 i64) (result i64)))
  (import "env" "blob_write" (func $blob_write (param i64 i64) (result i64)))
  (import "env" "blob_close" (func $blob_close (param i64 i64) (result i32)))
  (import "env" "blob_announce_to_context" (func $blob_announce_to_context (param i64 i64) (result i32)))
  (import "env" "context_add_member" (func $context_add_member (param i64)))
  (import "env" "context_remove_member" (func $context_remove_member (param i64)))
  (import "env" "context_is_member" (func $context_is_member (param i64) (result i32)))
  (import "env" "context_members" (func $context_members (param i64)))
  (import "env" "context_create" (func $context_create (param i64 i64 i64 i64)))
  (import "env" "context_delete" (func $context_delete (param i64)))
  (import "env" "context_resolve_alias" (func $context_resolve_alias (param i64 i64) (result i32)))
  (import "env" "xcall" (func $xcall (param i64)))
  (import "env" "send_proposal" (func $send_proposal (param i64 i64)))
  (import "env" "approve_proposal" (func $approve_proposal (param i64)))
  (import "env" "fetch" (func $fetch (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "persist_root_state" (func $persist_root_state (param i64 i64 i64)))
  (import "env" "read_root_state" (func $read_root_state (param i64) (result i32)))
  (import "env" "apply_storage_delta" (func $apply_storage_delta (param i64)))
  (import "env" "flush_delta" (func $flush_delta (result i32)))
  (import "env" "js_crdt_map_new" (func $js_crdt_map_new (param i64) (result i32)))
  (import "env" "js_crdt_map_get" (func $js_crdt_map_get (param i64 i64 i64) (result i32)))
  (import "env" "js_crdt_map_insert" (func $js_crdt_map_insert (param i64 i64 i64 i64) (result i32)))
  (import "env" "js_crdt_map_remove" (func $js_crdt_map_remove (param i64 i64 i64) (result i32)))
  (import "env" "js_crdt_map_contains" (func $js_crdt_map_contains (param i64 i64) (result i32)))
  (import "env" "js_crdt_map_iter" (func $js_crdt_map_iter (param i64 i64) (result i32)))
  (import "env" "js_crdt_vector_new" (func $js_crdt_vector_new (param i64) (result i32)))
  (import "env" "js_crdt_vector_len" (func $js_crdt_vector_len (param i64 i64) (result i32)))
  (import "env" "js_crdt_vector_push" (func $js_crdt_vector_push (param i64 i64) (result i32)))
  (import "env" "js_crdt_vector_get" (func $js_crdt_vector_get (param i64 i64 i64) (result i32)))
  (import "env" "js_crdt_vector_pop" (func $js_crdt_vector_pop (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_new" (func $js_crdt_set_new (param i64) (result i32)))
  (import "env" "js_crdt_set_insert" (func $js_crdt_set_insert (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_contains" (func $js_crdt_set_contains (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_remove" (func $js_crdt_set_remove (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_len" (func $js_crdt_set_len (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_iter" (func $js_crdt_set_iter (param i64 i64) (result i32)))
  (import "env" "js_crdt_set_clear" (func $js_crdt_set_clear (param i64) (result i32)))
  (import "env" "js_crdt_lww_new" (func $js_crdt_lww_new (param i64) (result i32)))
  (import "env" "js_crdt_lww_set" (func $js_crdt_lww_set (param i64 i64 i32) (result i32)))
  (import "env" "js_crdt_lww_get" (func $js_crdt_lww_get (param i64 i64) (result i32)))
  (import "env" "js_crdt_lww_timestamp" (func $js_crdt_lww_timestamp (param i64 i64) (result i32)))
  (import "env" "js_crdt_counter_new" (func $js_crdt_counter_new (param i64) (result i32)))
  (import "env" "js_crdt_counter_increment" (func $js_crdt_counter_increment (param i64) (result i32)))
  (import "env" "js_crdt_counter_value" (func $js_crdt_counter_value (param i64 i64) (result i32)))
  (import "env" "js_crdt_counter_get_executor_count" (func $js_crdt_counter_get_executor_count (param i64 i64 i32 i64) (result i32)))
  (import "env" "js_user_storage_new" (func $js_user_storage_new (param i64) (result i32)))
  (import "env" "js_user_storage_insert" (func $js_user_storage_insert (param i64 i64 i64) (result i32)))
  (import "env" "js_user_storage_get" (func $js_user_storage_get (param i64 i64) (result i32)))
  (import "env" "js_user_storage_get_for_user" (func $js_user_storage_get_for_user (param i64 i64 i64) (result i32)))
  (import "env" "js_user_storage_remove" (func $js_user_storage_remove (param i64 i64) (result i32)))
  (import "env" "js_user_storage_contains" (func $js_user_storage_contains (param i64) (result i32)))
  (import "env" "js_user_storage_contains_user" (func $js_user_storage_contains_user (param i64 i64) (result i32)))
  (import "env" "js_frozen_storage_new" (func $js_frozen_storage_new (param i64) (result i32)))
  (import "env" "js_frozen_storage_add" (func $js_frozen_storage_add (param i64 i64 i64) (result i32)))
  (import "env" "js_frozen_storage_get" (func $js_frozen_storage_get (param i64 i64 i64) (result i32)))
  (import "env" "js_frozen_storage_contains" (func $js_frozen_storage_contains (param i64 i64) (result i32)))

  (memory (export "memory") 20)
  (type $operation (func))
  (global $pc (mut i32) (i32.const 0))
  (global $results (mut i32) (i32.const 1048576))

  (func $l (param $index i32) (result i64)
    (i64.load offset=8 (i32.add (global.get $pc) (i32.shl (local.get $index) (i32.const 3)))))
  (func $i (param $index i32) (result i32)
    (i32.wrap_i64 (call $l (local.get $index))))
  (func $result (param $value i64)
    (i64.store (global.get $results) (local.get $value))
    (global.set $results (i32.add (global.get $results) (i32.const 8))))

  (func $do_panic (call $panic (call $l (i32.const 0))))
  (func $do_panic_utf8 (call $panic_utf8 (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_register_len (call $result (call $register_len (call $l (i32.const 0)))))
  (func $do_read_register (call $result (i64.extend_i32_u (call $read_register (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_context_id (call $context_id (call $l (i32.const 0))))
  (func $do_executor_id (call $executor_id (call $l (i32.const 0))))
  (func $do_input (call $input (call $l (i32.const 0))))
  (func $do_value_return (call $value_return (call $l (i32.const 0))))
  (func $do_log_utf8 (call $log_utf8 (call $l (i32.const 0))))
  (func $do_emit (call $emit (call $l (i32.const 0))))
  (func $do_commit (call $commit (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_storage_read (call $result (i64.extend_i32_u (call $storage_read (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_storage_write (call $result (i64.extend_i32_u (call $storage_write (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_storage_remove (call $result (i64.extend_i32_u (call $storage_remove (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_random_bytes (call $random_bytes (call $l (i32.const 0))))
  (func $do_time_now (call $time_now (call $l (i32.const 0))))
  (func $do_account_id (call $account_id (call $l (i32.const 0))))
  (func $do_device_id (call $device_id (call $l (i32.const 0))))
  (func $do_get_executor_identity (call $get_executor_identity (call $l (i32.const 0))))
  (func $do_xcall_origin (call $result (i64.extend_i32_s (call $xcall_origin (call $l (i32.const 0))))))
  (func $do_ed25519_verify (call $result (i64.extend_i32_s (call $ed25519_verify (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_emit_with_handler (call $emit_with_handler (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_emit_migration_witness (call $emit_migration_witness (call $l (i32.const 0))))
  (func $do_storage_index_set (call $result (i64.extend_i32_s (call $storage_index_set (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_storage_index_remove (call $result (i64.extend_i32_s (call $storage_index_remove (call $l (i32.const 0))))))
  (func $do_storage_index_remove_prefix (call $result (i64.extend_i32_s (call $storage_index_remove_prefix (call $l (i32.const 0))))))
  (func $do_storage_index_scan (call $result (i64.extend_i32_s (call $storage_index_scan (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3)) (call $l (i32.const 4))))))
  (func $do_storage_index_last (call $result (i64.extend_i32_s (call $storage_index_last (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_storage_index_meta_set (call $result (i64.extend_i32_s (call $storage_index_meta_set (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_storage_index_meta_get (call $result (i64.extend_i32_s (call $storage_index_meta_get (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_storage_index_meta_clear (call $result (i64.extend_i32_s (call $storage_index_meta_clear (call $l (i32.const 0))))))
  (func $do_private_storage_read (call $result (i64.extend_i32_s (call $private_storage_read (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_private_storage_write (call $result (i64.extend_i32_s (call $private_storage_write (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_private_storage_remove (call $result (i64.extend_i32_s (call $private_storage_remove (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_blob_create (call $result (call $blob_create)))
  (func $do_blob_open (call $result (call $blob_open (call $l (i32.const 0)))))
  (func $do_blob_read (call $result (call $blob_read (call $l (i32.const 0)) (call $l (i32.const 1)))))
  (func $do_blob_write (call $result (call $blob_write (call $l (i32.const 0)) (call $l (i32.const 1)))))
  (func $do_blob_close (call $result (i64.extend_i32_s (call $blob_close (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_blob_announce_to_context (call $result (i64.extend_i32_s (call $blob_announce_to_context (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_context_add_member (call $context_add_member (call $l (i32.const 0))))
  (func $do_context_remove_member (call $context_remove_member (call $l (i32.const 0))))
  (func $do_context_is_member (call $result (i64.extend_i32_s (call $context_is_member (call $l (i32.const 0))))))
  (func $do_context_members (call $context_members (call $l (i32.const 0))))
  (func $do_context_create (call $context_create (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))
  (func $do_context_delete (call $context_delete (call $l (i32.const 0))))
  (func $do_context_resolve_alias (call $result (i64.extend_i32_s (call $context_resolve_alias (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_xcall (call $xcall (call $l (i32.const 0))))
  (func $do_send_proposal (call $send_proposal (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_approve_proposal (call $approve_proposal (call $l (i32.const 0))))
  (func $do_fetch (call $result (i64.extend_i32_s (call $fetch (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3)) (call $l (i32.const 4))))))
  (func $do_persist_root_state (call $persist_root_state (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))
  (func $do_read_root_state (call $result (i64.extend_i32_s (call $read_root_state (call $l (i32.const 0))))))
  (func $do_apply_storage_delta (call $apply_storage_delta (call $l (i32.const 0))))
  (func $do_flush_delta (call $result (i64.extend_i32_s (call $flush_delta))))
  (func $do_js_crdt_map_new (call $result (i64.extend_i32_s (call $js_crdt_map_new (call $l (i32.const 0))))))
  (func $do_js_crdt_map_get (call $result (i64.extend_i32_s (call $js_crdt_map_get (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_crdt_map_insert (call $result (i64.extend_i32_s (call $js_crdt_map_insert (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))))
  (func $do_js_crdt_map_remove (call $result (i64.extend_i32_s (call $js_crdt_map_remove (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_crdt_map_contains (call $result (i64.extend_i32_s (call $js_crdt_map_contains (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_map_iter (call $result (i64.extend_i32_s (call $js_crdt_map_iter (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_vector_new (call $result (i64.extend_i32_s (call $js_crdt_vector_new (call $l (i32.const 0))))))
  (func $do_js_crdt_vector_len (call $result (i64.extend_i32_s (call $js_crdt_vector_len (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_vector_push (call $result (i64.extend_i32_s (call $js_crdt_vector_push (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_vector_get (call $result (i64.extend_i32_s (call $js_crdt_vector_get (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_crdt_vector_pop (call $result (i64.extend_i32_s (call $js_crdt_vector_pop (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_new (call $result (i64.extend_i32_s (call $js_crdt_set_new (call $l (i32.const 0))))))
  (func $do_js_crdt_set_insert (call $result (i64.extend_i32_s (call $js_crdt_set_insert (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_contains (call $result (i64.extend_i32_s (call $js_crdt_set_contains (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_remove (call $result (i64.extend_i32_s (call $js_crdt_set_remove (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_len (call $result (i64.extend_i32_s (call $js_crdt_set_len (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_iter (call $result (i64.extend_i32_s (call $js_crdt_set_iter (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_set_clear (call $result (i64.extend_i32_s (call $js_crdt_set_clear (call $l (i32.const 0))))))
  (func $do_js_crdt_lww_new (call $result (i64.extend_i32_s (call $js_crdt_lww_new (call $l (i32.const 0))))))
  (func $do_js_crdt_lww_set (call $result (i64.extend_i32_s (call $js_crdt_lww_set (call $l (i32.const 0)) (call $l (i32.const 1)) (call $i (i32.const 2))))))
  (func $do_js_crdt_lww_get (call $result (i64.extend_i32_s (call $js_crdt_lww_get (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_lww_timestamp (call $result (i64.extend_i32_s (call $js_crdt_lww_timestamp (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_counter_new (call $result (i64.extend_i32_s (call $js_crdt_counter_new (call $l (i32.const 0))))))
  (func $do_js_crdt_counter_increment (call $result (i64.extend_i32_s (call $js_crdt_counter_increment (call $l (i32.const 0))))))
  (func $do_js_crdt_counter_value (call $result (i64.extend_i32_s (call $js_crdt_counter_value (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_crdt_counter_get_executor_count (call $result (i64.extend_i32_s (call $js_crdt_counter_get_executor_count (call $l (i32.const 0)) (call $l (i32.const 1)) (call $i (i32.const 2)) (call $l (i32.const 3))))))
  (func $do_js_user_storage_new (call $result (i64.extend_i32_s (call $js_user_storage_new (call $l (i32.const 0))))))
  (func $do_js_user_storage_insert (call $result (i64.extend_i32_s (call $js_user_storage_insert (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_user_storage_get (call $result (i64.extend_i32_s (call $js_user_storage_get (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_user_storage_get_for_user (call $result (i64.extend_i32_s (call $js_user_storage_get_for_user (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_user_storage_remove (call $result (i64.extend_i32_s (call $js_user_storage_remove (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_user_storage_contains (call $result (i64.extend_i32_s (call $js_user_storage_contains (call $l (i32.const 0))))))
  (func $do_js_user_storage_contains_user (call $result (i64.extend_i32_s (call $js_user_storage_contains_user (call $l (i32.const 0)) (call $l (i32.const 1))))))
  (func $do_js_frozen_storage_new (call $result (i64.extend_i32_s (call $js_frozen_storage_new (call $l (i32.const 0))))))
  (func $do_js_frozen_storage_add (call $result (i64.extend_i32_s (call $js_frozen_storage_add (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_frozen_storage_get (call $result (i64.extend_i32_s (call $js_frozen_storage_get (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_js_frozen_storage_contains (call $result (i64.extend_i32_s (call $js_frozen_storage_contains (call $l (i32.const 0)) (call $l (i32.const 1))))))

  (func $do_memory_grow
    (call $result (i64.extend_i32_s (memory.grow (call $i (i32.const 0))))))
  (func $do_memory_size
    (call $result (i64.extend_i32_u (memory.size))))
  (func $do_unreachable unreachable)
  (func $do_load8
    (call $result (i64.extend_i32_u (i32.load8_u (call $i (i32.const 0))))))

  (func (export "run")
    (call $input (i64.const 7))
    (i64.store (i32.const 16) (i64.const 65536))
    (i64.store (i32.const 24) (call $register_len (i64.const 7)))
    (drop (call $read_register (i64.const 7) (i64.const 16)))
    (global.set $pc (i32.add (i32.const 65544) (i32.load (i32.const 65536))))
    (block $end
      (loop $next
        (br_if $end (i64.eqz (i64.load (global.get $pc))))
        (call_indirect (type $operation) (i32.load (global.get $pc)))
        (global.set $pc (i32.add (global.get $pc) (i32.const 64)))
        (br $next))))

  (table 97 funcref)
  (elem (i32.const 1)
    $do_panic ;; 1
    $do_panic_utf8 ;; 2
    $do_register_len ;; 3
    $do_read_register ;; 4
    $do_context_id ;; 5
    $do_executor_id ;; 6
    $do_input ;; 7
    $do_value_return ;; 8
    $do_log_utf8 ;; 9
    $do_emit ;; 10
    $do_commit ;; 11
    $do_storage_read ;; 12
    $do_storage_write ;; 13
    $do_storage_remove ;; 14
    $do_random_bytes ;; 15
    $do_time_now ;; 16
    $do_memory_grow ;; 17
    $do_memory_size ;; 18
    $do_unreachable ;; 19
    $do_load8 ;; 20
    $do_account_id ;; 21
    $do_device_id ;; 22
    $do_get_executor_identity ;; 23
    $do_xcall_origin ;; 24
    $do_ed25519_verify ;; 25
    $do_emit_with_handler ;; 26
    $do_emit_migration_witness ;; 27
    $do_storage_index_set ;; 28
    $do_storage_index_remove ;; 29
    $do_storage_index_remove_prefix ;; 30
    $do_storage_index_scan ;; 31
    $do_storage_index_last ;; 32
    $do_storage_index_meta_set ;; 33
    $do_storage_index_meta_get ;; 34
    $do_storage_index_meta_clear ;; 35
    $do_private_storage_read ;; 36
    $do_private_storage_write ;; 37
    $do_private_storage_remove ;; 38
    $do_blob_create ;; 39
    $do_blob_open ;; 40
    $do_blob_read ;; 41
    $do_blob_write ;; 42
    $do_blob_close ;; 43
    $do_blob_announce_to_context ;; 44
    $do_context_add_member ;; 45
    $do_context_remove_member ;; 46
    $do_context_is_member ;; 47
    $do_context_members ;; 48
    $do_context_create ;; 49
    $do_context_delete ;; 50
    $do_context_resolve_alias ;; 51
    $do_xcall ;; 52
    $do_send_proposal ;; 53
    $do_approve_proposal ;; 54
    $do_fetch ;; 55
    $do_persist_root_state ;; 56
    $do_read_root_state ;; 57
    $do_apply_storage_delta ;; 58
    $do_flush_delta ;; 59
    $do_js_crdt_map_new ;; 60
    $do_js_crdt_map_get ;; 61
    $do_js_crdt_map_insert ;; 62
    $do_js_crdt_map_remove ;; 63
    $do_js_crdt_map_contains ;; 64
    $do_js_crdt_map_iter ;; 65
    $do_js_crdt_vector_new ;; 66
    $do_js_crdt_vector_len ;; 67
    $do_js_crdt_vector_push ;; 68
    $do_js_crdt_vector_get ;; 69
    $do_js_crdt_vector_pop ;; 70
    $do_js_crdt_set_new ;; 71
    $do_js_crdt_set_insert ;; 72
    $do_js_crdt_set_contains ;; 73
    $do_js_crdt_set_remove ;; 74
    $do_js_crdt_set_len ;; 75
    $do_js_crdt_set_iter ;; 76
    $do_js_crdt_set_clear ;; 77
    $do_js_crdt_lww_new ;; 78
    $do_js_crdt_lww_set ;; 79
    $do_js_crdt_lww_get ;; 80
    $do_js_crdt_lww_timestamp ;; 81
    $do_js_crdt_counter_new ;; 82
    $do_js_crdt_counter_increment ;; 83
    $do_js_crdt_counter_value ;; 84
    $do_js_crdt_counter_get_executor_count ;; 85
    $do_js_user_storage_new ;; 86
    $do_js_user_storage_insert ;; 87
    $do_js_user_storage_get ;; 88
    $do_js_user_storage_get_for_user ;; 89
    $do_js_user_storage_remove ;; 90
    $do_js_user_storage_contains ;; 91
    $do_js_user_storage_contains_user ;; 92
    $do_js_frozen_storage_new ;; 93
    $do_js_frozen_storage_add ;; 94
    $do_js_frozen_storage_get ;; 95
    $do_js_frozen_storage_contains ;; 96
  ))
