// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import java.util.List;

/**
 * How many things of each kind a module has, those imported counted in.
 *
 * @param types its types
 * @param functions its functions
 * @param globals its global variables
 * @param tables its tables
 * @param memories its memories
 */
record ModuleShape(List<FunctionType> types, int functions, int globals, int tables, int memories) {

  /** The type whose number comes next. */
  FunctionType type(final BinaryReader in) throws InvalidModuleException {
    return types.get(in.index(types.size(), "type"));
  }

  /** The type of that number. */
  FunctionType type(final BinaryReader in, final long index) throws InvalidModuleException {
    if (index < 0 || index >= types.size()) {
      throw in.malformed("there is no type " + index);
    }
    return types.get((int) index);
  }
}
