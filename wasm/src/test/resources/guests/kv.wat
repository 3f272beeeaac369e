;; SPDX-License-Identifier: Apache-2.0
;;
;; Keys and values of eight bytes: set takes sixteen bytes, get eight, and both go through a
;; register as applications do. Seventeen pages of memory, as Rust applications have.
(module
  (import "env" "input" (func $input (param i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64 i64) (result i32)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (import "env" "storage_write"
    (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 17)
  (func $arguments
    (call $input (i64.const 0))
    (drop (call $read_register
      (i64.const 0) (i64.const 1024) (call $register_len (i64.const 0)))))
  (func (export "set")
    (call $arguments)
    (drop (call $storage_write
      (i64.const 1024) (i64.const 8) (i64.const 1032) (i64.const 8) (i64.const 1))))
  (func (export "get")
    (call $arguments)
    (if (call $storage_read (i64.const 1024) (i64.const 8) (i64.const 1))
      (then
        (drop (call $read_register
          (i64.const 1) (i64.const 2048) (call $register_len (i64.const 1))))
        (call $value_return
          (i64.const 0) (i64.const 2048) (call $register_len (i64.const 1)))))))
