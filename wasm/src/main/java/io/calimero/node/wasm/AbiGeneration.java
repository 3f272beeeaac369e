// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

/**
 * In which of its historical shapes a module uses the host functions. Told from the types of its
 * imports, function by function, so that it describes a module and decides nothing.
 */
public enum AbiGeneration {
  /** June 2024 to August 2025: texts and bytes are passed as address and length. */
  SPLIT,
  /** Since August 2025: texts and bytes are passed as the address of a descriptor. */
  REF,
  /** The module imports no function that has two shapes. */
  NONE
}
