;; SPDX-License-Identifier: Apache-2.0
;;
;; Exports under the names that the rewriting would take, as if to get at gas and stack.
(module
  (memory (export "memory") 1)
  (global (export "stack left") (mut i32) (i32.const 2000000000))
  (global $gas (export "gas left") (mut i64) (i64.const 0x7fffffffffffffff))
  (func (export "begin a call") (param i32 i64) (global.set $gas (local.get 1)))
  (func (export "charge gas") (param i64) (result i64) (i64.const 0x7fffffffffffffff))
  (func (export "charge gas'") (param i64) (result i64) (i64.const 0x7fffffffffffffff))
  (func (export "start function") nop)
  (func (export "nothing") nop)
  (func (export "burn") (loop $again (br $again)))
  (func $recurse (export "recurse") (call $recurse)))
