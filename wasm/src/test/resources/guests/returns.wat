;; SPDX-License-Identifier: Apache-2.0
;;
;; Every way out of a function, with one result and with several.
(module
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 1)
  (func $one (param i32) (result i32)
    (block $out
      (br_if $out (i32.eqz (local.get 0)))
      (if (i32.eq (local.get 0) (i32.const 1)) (then (return (i32.const 10))))
      (loop $again
        (if (i32.eq (local.get 0) (i32.const 2)) (then (i32.const 99) (i32.const 20) (return)))
        (i32.const 30)
        (br 2))
      (unreachable))
    (i32.const 40))
  (func $two (param i32) (result i32 i64)
    (if (local.get 0) (then (return (i32.const 5) (i64.const 6))))
    (i32.const 7) (i64.const 8)
    (br 0))
  (func $deep (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
      (else (i32.const 0))))
  (func (export "all") (local $i i32) (local $l i64) (local $k i32)
    (loop $again
      (i32.store (i32.mul (local.get $i) (i32.const 4)) (call $one (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 4))))
    (call $two (i32.const 1))
    (i64.store (i32.const 24) (i64.const 0))
    (local.set $l) (local.set $k)
    (i32.store (i32.const 16) (i32.add (local.get $k) (i32.wrap_i64 (local.get $l))))
    (call $two (i32.const 0))
    (local.set $l) (local.set $k)
    (i32.store (i32.const 20) (i32.add (local.get $k) (i32.wrap_i64 (local.get $l))))
    ;; As often as one likes, if the stack is given back each time
    (local.set $i (i32.const 300))
    (loop $again
      (i32.store (i32.const 24) (call $deep (i32.const 900)))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br_if $again (local.get $i)))
    (call $value_return (i64.const 0) (i64.const 0) (i64.const 28))))
