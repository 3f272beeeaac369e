;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 1) (table 100001 funcref) (func (export "method")))
