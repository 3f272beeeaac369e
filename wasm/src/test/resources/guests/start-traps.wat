;; SPDX-License-Identifier: Apache-2.0
;;
;; The start function logs, then traps; "start function" is exported to get in the way.
(module
  (import "env" "log_utf8" (func $log_utf8 (param i64 i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "starting")
  (func $start (call $log_utf8 (i64.const 0) (i64.const 8)) unreachable)
  (start $start)
  (func (export "start function"))
  (func (export "method")))
