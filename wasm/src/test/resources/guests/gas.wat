;; SPDX-License-Identifier: Apache-2.0
;;
;; Methods whose gas can be counted by hand, and methods that burn it.
(module
  (import "env" "storage_write"
    (func $storage_write (param i64 i64 i64 i64 i64) (result i32)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i32)))
  (import "env" "random_bytes" (func $random_bytes (param i64 i64)))
  (import "env" "log_utf8" (func $log_utf8 (param i64 i64)))
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 2)
  (table 10 funcref)
  (data $passive "0123456789")
  (func (export "nothing"))
  (func (export "three") nop i32.const 1 drop)
  ;; 1 for the condition, 1 for the if, 2 in the branch that is taken
  (func (export "branch") (if (i32.const 0) (then nop nop nop nop) (else nop nop)))
  ;; 3 at first; each of 10 rounds: 3 for counting, 1 for the comparison's get, 1 for br_if
  (func (export "ten_rounds") (local $i i32)
    (local.set $i (i32.const 10))
    (loop $again
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br_if $again (local.get $i))))
  ;; what follows a return costs nothing
  (func (export "early") (return) nop nop nop)
  (func $callee (local i64 i64 i64) nop)
  (func (export "call") (call $callee))
  (func (export "grow") (drop (memory.grow (i32.const 3))))
  (func (export "grow_in_vain") (drop (memory.grow (i32.const 60000))))
  (func (export "fill") (memory.fill (i32.const 0) (i32.const 7) (i32.const 80000)))
  (func (export "copy") (memory.copy (i32.const 0) (i32.const 8) (i32.const 4096)))
  (func (export "init") (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 10)))
  (func (export "table_grow") (drop (table.grow 0 (ref.null func) (i32.const 50))))
  (func (export "table_fill")
    (table.fill 0 (i32.const 0) (ref.null func) (i32.const 10)))
  (func (export "write")
    (drop (call $storage_write
      (i64.const 0) (i64.const 10) (i64.const 0) (i64.const 100) (i64.const 1))))
  (func (export "read")
    (drop (call $storage_read (i64.const 0) (i64.const 10) (i64.const 1))))
  (func (export "random") (call $random_bytes (i64.const 0) (i64.const 1000)))

  (func (export "loop_forever") (loop $again (br $again)))
  (func (export "loop_calling")
    (loop $again (call $log_utf8 (i64.const 0) (i64.const 0)) (br $again)))
  (func (export "fill_forever")
    (loop $again
      (memory.fill (i32.const 0) (i32.const 7) (i32.const 131072))
      (br $again)))
  (func (export "random_forever")
    (loop $again (call $random_bytes (i64.const 0) (i64.const 131072)) (br $again)))
  (func (export "log_then_loop")
    (call $log_utf8 (i64.const 0) (i64.const 0))
    (loop $again (br $again))))
