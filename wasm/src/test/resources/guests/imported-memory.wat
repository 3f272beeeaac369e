;; SPDX-License-Identifier: Apache-2.0
(module
  (import "env" "memory" (memory 1))
  (export "memory" (memory 0))
  (func (export "method")))
