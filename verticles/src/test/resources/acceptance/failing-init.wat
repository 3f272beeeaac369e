;; SPDX-License-Identifier: Apache-2.0
;;
;; Writes in `init`, and then fails in it. Built by `wat2wasm failing-init.wat`.
(module
  (import "env" "storage_write"
    (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "panic_utf8"
    (func $panic_utf8 (param i64 i64 i64 i64 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "no such ledger")
  (func (export "init")
    (drop (call $storage_write
      (i64.const 0) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 1)))
    (call $panic_utf8
      (i64.const 0) (i64.const 14) (i64.const 0) (i64.const 2) (i32.const 1) (i32.const 1))))
