;; SPDX-License-Identifier: Apache-2.0
;;
;; The start function changes memory and a global, and uses host functions; the method shows it.
(module
  (import "env" "log_utf8" (func $log_utf8 (param i64 i64)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 1)
  (data (i32.const 16) "started")
  (global $count (mut i32) (i32.const 0))
  (func $start
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call $log_utf8 (i64.const 16) (i64.const 7)))
  (start $start)
  (func (export "count")
    (i32.store8 (i32.const 1) (global.get $count))
    (call $value_return (i64.const 0) (i64.const 0) (i64.const 2))))
