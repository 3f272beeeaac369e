;; SPDX-License-Identifier: Apache-2.0
;;
;; Arithmetic whose result is a NaN, of other NaNs and of none; the bits are returned.
(module
  (import "env" "value_return" (func $value_return (param i64 i64 i64)))
  (memory (export "memory") 1)
  (data (i32.const 256) "\23\c1\a0\ff")
  (func (export "arithmetic")
    (f32.store (i32.const 0) (f32.add (f32.load (i32.const 256)) (f32.const 1)))
    (f32.store (i32.const 4) (f32.div (f32.const 0) (f32.const 0)))
    (f32.store (i32.const 8) (f32.sqrt (f32.const -1)))
    (f32.store (i32.const 12) (f32.min (f32.load (i32.const 256)) (f32.const 1)))
    (f32.store (i32.const 16) (f32.max (f32.const 1) (f32.load (i32.const 256))))
    (f32.store (i32.const 20) (f32.nearest (f32.load (i32.const 256))))
    (f32.store (i32.const 24) (f32.demote_f64 (f64.const -nan:0x8123456789abc)))
    (f32.store (i32.const 28) (f32.sub (f32.const inf) (f32.const inf)))
    (f64.store (i32.const 32) (f64.promote_f32 (f32.load (i32.const 256))))
    (f64.store (i32.const 40) (f64.mul (f64.const -nan:0x8123456789abc) (f64.const 2)))
    (f64.store (i32.const 48) (f64.floor (f64.const -nan:0x8123456789abc)))
    (f64.store (i32.const 56) (f64.sqrt (f64.const -4)))
    (i64.store (i32.const 64) (i64.reinterpret_f64
      (f64.copysign (f64.div (f64.const -0) (f64.const 0)) (f64.const -1))))
    (i32.store (i32.const 72) (i32.reinterpret_f32
      (f32.neg (f32.sub (f32.const inf) (f32.const inf)))))
    (call $value_return (i64.const 0) (i64.const 0) (i64.const 76)))
  ;; What only moves, or only changes its sign, keeps its bits
  (func (export "moves") (local $x f32)
    (local.set $x (f32.load (i32.const 256)))
    (f32.store (i32.const 0) (local.get $x))
    (f32.store (i32.const 4) (f32.neg (local.get $x)))
    (f32.store (i32.const 8) (f32.abs (local.get $x)))
    (f32.store (i32.const 12) (f32.copysign (local.get $x) (f32.const 1)))
    (f32.store (i32.const 16) (select (local.get $x) (f32.const 1) (i32.const 1)))
    (i32.store (i32.const 20) (i32.reinterpret_f32 (local.get $x)))
    (call $value_return (i64.const 0) (i64.const 0) (i64.const 24))))
