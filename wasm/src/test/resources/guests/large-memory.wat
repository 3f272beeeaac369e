;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1025) (func (export "method")))
