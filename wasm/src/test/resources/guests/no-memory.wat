;; SPDX-License-Identifier: Apache-2.0
(module (memory 1) (func (export "memory")) (func (export "method")))
