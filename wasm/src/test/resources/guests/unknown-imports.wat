;; SPDX-License-Identifier: Apache-2.0
(module
  (import "env" "input" (func (param i64)))
  (import "env" "storage_read" (func (param i64) (result i64)))
  (import "env" "launch_rockets" (func (param i32 f64)))
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "env" "a_global" (global i32))
  (import "env" "a_table" (table 1 funcref))
  (memory (export "memory") 1))
