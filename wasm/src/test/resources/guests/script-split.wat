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

  (table 21 funcref)
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
  ))
