;; SPDX-License-Identifier: Apache-2.0
;;
;; Recurses without end, reading the state once per level, so that the host can count the levels.
(module
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (memory (export "memory") 1)
  (func $level
    (drop (call $storage_read (i64.const 0) (i64.const 1) (i64.const 1)))
    (call $level))
  (func (export "count") (call $level)))
