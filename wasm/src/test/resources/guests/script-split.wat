;; SPDX-License-Identifier: Apache-2.0
;;
;; Runs a script of host calls that the test passes as input, in the split shape.
;;
;; Input, copied to address 65536: a u64 length of data, the data, then instructions of 64 bytes
;; each: the number of an operation (see the table at the end) and up to seven arguments, all u64.
;; Operation 0 ends the script. What each operation returned is stored, as u64 one after the
;; other, from address 1048576 on. Memory: 20 pages at first, no declared maximum.
(module
  (import "env" "panic" (func $panic (param i64 i64 i32 i32)))
  (import "env" "panic_utf8" (func $panic_utf8 (param i64 i64 i64 i64 i32 i32)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64 i64) (result i32)))
  (import "env" "context_id" (func $context_id (param i64)))
  (import "env" "executor_id" (func $executor_id (param i64)))
  (import "env" "input" (func $input (param i64)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (import "env" "log_utf8" (func $log_utf8 (param i64 i64)))
  (import "env" "emit" (func $emit (param i64 i64 i64 i64)))
  (import "env" "commit" (func $commit (param i64 i64 i64 i64)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (import "env" "storage_write" (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "storage_remove" (func $storage_remove (param i64 i64 i64) (result i32)))
  (import "env" "random_bytes" (func $random_bytes (param i64 i64)))
  (import "env" "time_now" (func $time_now (param i64 i64)))
  (import "env" "get_executor_identity" (func $get_executor_identity (param i64)))
  (import "env" "blob_create" (func $blob_create (result i64)))
  (import "env" "blob_open" (func $blob_open (param i64 i64) (result i64)))
  (import "env" "blob_read" (func $blob_read (param i64 i64 i64) (result i64)))
  (import "env" "blob_write" (func $blob_write (param i64 i64 i64) (result i64)))
  (import "env" "blob_close" (func $blob_close (param i64 i64 i64) (result i32)))
  (import "env" "blob_announce_to_context" (func $blob_announce_to_context (param i64 i64 i64 i64) (result i32)))
  (import "env" "send_proposal" (func $send_proposal (param i64 i64 i64 i64)))
  (import "env" "approve_proposal" (func $approve_proposal (param i64 i64)))
  (import "env" "fetch" (func $fetch (param i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i32)))

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

  (func $do_panic (call $panic (call $l (i32.const 0)) (call $l (i32.const 1)) (call $i (i32.const 2)) (call $i (i32.const 3))))
  (func $do_panic_utf8 (call $panic_utf8 (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3)) (call $i (i32.const 4)) (call $i (i32.const 5))))
  (func $do_register_len (call $result (call $register_len (call $l (i32.const 0)))))
  (func $do_read_register (call $result (i64.extend_i32_u (call $read_register (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_context_id (call $context_id (call $l (i32.const 0))))
  (func $do_executor_id (call $executor_id (call $l (i32.const 0))))
  (func $do_input (call $input (call $l (i32.const 0))))
  (func $do_value_return (call $value_return (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))
  (func $do_log_utf8 (call $log_utf8 (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_emit (call $emit (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))
  (func $do_commit (call $commit (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))
  (func $do_storage_read (call $result (i64.extend_i32_u (call $storage_read (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_storage_write (call $result (i64.extend_i32_u (call $storage_write (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3)) (call $l (i32.const 4))))))
  (func $do_storage_remove (call $result (i64.extend_i32_u (call $storage_remove (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_random_bytes (call $random_bytes (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_time_now (call $time_now (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_get_executor_identity (call $get_executor_identity (call $l (i32.const 0))))
  (func $do_blob_create (call $result (call $blob_create)))
  (func $do_blob_open (call $result (call $blob_open (call $l (i32.const 0)) (call $l (i32.const 1)))))
  (func $do_blob_read (call $result (call $blob_read (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)))))
  (func $do_blob_write (call $result (call $blob_write (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)))))
  (func $do_blob_close (call $result (i64.extend_i32_s (call $blob_close (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2))))))
  (func $do_blob_announce_to_context (call $result (i64.extend_i32_s (call $blob_announce_to_context (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))))
  (func $do_send_proposal (call $send_proposal (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3))))
  (func $do_approve_proposal (call $approve_proposal (call $l (i32.const 0)) (call $l (i32.const 1))))
  (func $do_fetch (call $result (i64.extend_i32_s (call $fetch (call $l (i32.const 0)) (call $l (i32.const 1)) (call $l (i32.const 2)) (call $l (i32.const 3)) (call $l (i32.const 4)) (call $l (i32.const 5)) (call $l (i32.const 5)) (call $l (i32.const 5)) (call $l (i32.const 6))))))

  (func $do_memory_grow
    (call $result (i64.extend_i32_s (memory.grow (call $i (i32.const 0))))))
  (func $do_memory_size
    (call $result (i64.extend_i32_u (memory.size))))
  (func $do_unreachable unreachable)
  (func $do_load8
    (call $result (i64.extend_i32_u (i32.load8_u (call $i (i32.const 0))))))

  (func (export "run")
    (call $input (i64.const 7))
    (drop (call $read_register
      (i64.const 7) (i64.const 65536) (call $register_len (i64.const 7))))
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
    $do_unreachable ;; 21
    $do_unreachable ;; 22
    $do_get_executor_identity ;; 23
    $do_unreachable ;; 24
    $do_unreachable ;; 25
    $do_unreachable ;; 26
    $do_unreachable ;; 27
    $do_unreachable ;; 28
    $do_unreachable ;; 29
    $do_unreachable ;; 30
    $do_unreachable ;; 31
    $do_unreachable ;; 32
    $do_unreachable ;; 33
    $do_unreachable ;; 34
    $do_unreachable ;; 35
    $do_unreachable ;; 36
    $do_unreachable ;; 37
    $do_unreachable ;; 38
    $do_blob_create ;; 39
    $do_blob_open ;; 40
    $do_blob_read ;; 41
    $do_blob_write ;; 42
    $do_blob_close ;; 43
    $do_blob_announce_to_context ;; 44
    $do_unreachable ;; 45
    $do_unreachable ;; 46
    $do_unreachable ;; 47
    $do_unreachable ;; 48
    $do_unreachable ;; 49
    $do_unreachable ;; 50
    $do_unreachable ;; 51
    $do_unreachable ;; 52
    $do_send_proposal ;; 53
    $do_approve_proposal ;; 54
    $do_fetch ;; 55
    $do_unreachable ;; 56
    $do_unreachable ;; 57
    $do_unreachable ;; 58
    $do_unreachable ;; 59
    $do_unreachable ;; 60
    $do_unreachable ;; 61
    $do_unreachable ;; 62
    $do_unreachable ;; 63
    $do_unreachable ;; 64
    $do_unreachable ;; 65
    $do_unreachable ;; 66
    $do_unreachable ;; 67
    $do_unreachable ;; 68
    $do_unreachable ;; 69
    $do_unreachable ;; 70
    $do_unreachable ;; 71
    $do_unreachable ;; 72
    $do_unreachable ;; 73
    $do_unreachable ;; 74
    $do_unreachable ;; 75
    $do_unreachable ;; 76
    $do_unreachable ;; 77
    $do_unreachable ;; 78
    $do_unreachable ;; 79
    $do_unreachable ;; 80
    $do_unreachable ;; 81
    $do_unreachable ;; 82
    $do_unreachable ;; 83
    $do_unreachable ;; 84
    $do_unreachable ;; 85
    $do_unreachable ;; 86
    $do_unreachable ;; 87
    $do_unreachable ;; 88
    $do_unreachable ;; 89
    $do_unreachable ;; 90
    $do_unreachable ;; 91
    $do_unreachable ;; 92
    $do_unreachable ;; 93
    $do_unreachable ;; 94
    $do_unreachable ;; 95
    $do_unreachable ;; 96
  ))
