;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1 2 shared) (func (export "method")))
