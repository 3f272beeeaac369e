;; SPDX-License-Identifier: Apache-2.0
;;
;; Declares a maximum of 5 pages and returns what growing by 2, 2, 1 and 0 pages gives.
(module
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 2 5)
  (func (export "grow")
    (i32.store (i32.const 0) (memory.grow (i32.const 2)))
    (i32.store (i32.const 4) (memory.grow (i32.const 2)))
    (i32.store (i32.const 8) (memory.grow (i32.const 1)))
    (i32.store (i32.const 12) (memory.grow (i32.const 0)))
    (call $value_return (i64.const 0) (i64.const 0) (i64.const 16))))
