;; SPDX-License-Identifier: Apache-2.0
;;
;; Does what acceptance tests need an application to do: run for ever, flood the host, and keep one
;; value. Built by `wat2wasm trouble.wat`.
(module
  (import "env" "input" (func $input (param i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64 i64) (result i32)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (import "env" "storage_write"
    (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (import "env" "log_utf8" (func $log_utf8 (param i64 i64)))
  (import "env" "emit" (func $emit (param i64 i64 i64 i64)))
  (memory (export "memory") 17)
  (data (i32.const 0) "flood\00\00\00")
  (data (i32.const 8) "key")
  (global (export "a_global") i32 (i32.const 5))

  ;; keeps its arguments
  (func (export "write")
    (call $input (i64.const 0))
    (drop (call $read_register
      (i64.const 0) (i64.const 1024) (call $register_len (i64.const 0))))
    (drop (call $storage_write
      (i64.const 8) (i64.const 3) (i64.const 1024) (call $register_len (i64.const 0))
      (i64.const 1))))
  ;; what was kept last
  (func (export "read")
    (if (call $storage_read (i64.const 8) (i64.const 3) (i64.const 1))
      (then
        (drop (call $read_register
          (i64.const 1) (i64.const 1024) (call $register_len (i64.const 1))))
        (call $value_return
          (i64.const 0) (i64.const 1024) (call $register_len (i64.const 1))))))

  (func (export "spin") (loop $again (br $again)))
  (func (export "write_then_spin")
    (drop (call $storage_write
      (i64.const 8) (i64.const 3) (i64.const 0) (i64.const 5) (i64.const 1)))
    (loop $again (br $again)))
  (func (export "write_then_trap")
    (drop (call $storage_write
      (i64.const 8) (i64.const 3) (i64.const 0) (i64.const 5) (i64.const 1)))
    unreachable)
  (func (export "log_flood")
    (loop $again (call $log_utf8 (i64.const 0) (i64.const 5)) (br $again)))
  (func (export "event_flood")
    (loop $again
      (call $emit (i64.const 0) (i64.const 5) (i64.const 2048) (i64.const 1024))
      (br $again)))
  ;; a row of a megabyte under another key each time
  (func (export "write_flood")
    (loop $again
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
      (drop (call $storage_write
        (i64.const 8) (i64.const 4) (i64.const 16) (i64.const 1000000) (i64.const 1)))
      (br $again)))
  (func (export "takes_and_returns") (param i32) (result i32) (local.get 0)))
