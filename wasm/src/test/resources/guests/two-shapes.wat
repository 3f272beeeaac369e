;; SPDX-License-Identifier: Apache-2.0
(module
  (import "env" "log_utf8" (func (param i64)))
  (import "env" "log_utf8" (func (param i64 i64)))
  (memory (export "memory") 1))
