;; SPDX-License-Identifier: Apache-2.0
;;
;; Counts the calls of add.
;; Built by `wat2wasm counter.wat`.
(module
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64 i64) (result i32)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (import "env" "storage_write"
    (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (import "env" "emit" (func $emit (param i64 i64 i64 i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "count")
  (data (i32.const 8) "Migrated")
  (data (i32.const 16) "null")

  (func $load (result i64)
    (if (call $storage_read (i64.const 0) (i64.const 5) (i64.const 1))
      (then (drop (call $read_register (i64.const 1) (i64.const 64) (i64.const 8)))))
    (i64.load (i32.const 64)))
  (func $save (param $n i64)
    (i64.store (i32.const 64) (local.get $n))
    (drop (call $storage_write
      (i64.const 0) (i64.const 5) (i64.const 64) (i64.const 8) (i64.const 1))))
  ;; the decimal digits of a number, which are its JSON too
  (func $return (param $n i64) (local $at i32)
    (local.set $at (i32.const 128))
    (loop $again
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $n) (i64.const 10)))))
      (local.set $n (i64.div_u (local.get $n) (i64.const 10)))
      (br_if $again (i64.ne (local.get $n) (i64.const 0))))
    (call $value_return (i64.const 0) (i64.extend_i32_u (local.get $at))
      (i64.extend_i32_u (i32.sub (i32.const 128) (local.get $at)))))

  (func (export "add") (local $n i64)
    (local.set $n (i64.add (call $load) (i64.const 1)))
    (call $save (local.get $n))
    (call $return (local.get $n)))
  (func (export "get")
    (call $return (call $load))))
