;; SPDX-License-Identifier: Apache-2.0
;;
;; Well-formed and valid, but its data does not fit its memory: every instantiation traps.
(module (memory (export "memory") 1) (data (i32.const 65535) "xx") (func (export "method")))
