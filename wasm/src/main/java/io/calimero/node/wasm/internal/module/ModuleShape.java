// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many things of each kind a module has, those imported counted in.
 *
 * @param types its types
 * @param functions its functions
 * @param globals its global variables
 * @param tables its tables
 * @param memories its memories
 * @param segments its segments of data, if it tells how many before its code, as it must where
 *     instructions name them
 */
record ModuleShape(
    List<FunctionType> types,
    int functions,
    int globals,
    int tables,
    int memories,
    OptionalInt segments) {

  /** The type whose number comes next. */
  FunctionType type(final BinaryReader in) throws InvalidModuleException {
    return types.get(in.index(types.size(), "type"));
  }

  /** Passes over the number of a segment of data in an instruction (5.5.16). */
  void segment(final BinaryReader in) throws InvalidModuleException {
    if (segments.isEmpty()) {
      throw in.malformed(
          "an instruction names a segment of data, but there is no data count section");
    }
    in.index(segments.getAsInt(), "segment of data");
  }

  /** The type of that number. */
  FunctionType type(final BinaryReader in, final long index) throws InvalidModuleException {
    if (index < 0 || index >= types.size()) {
      throw in.malformed("there is no type " + index);
    }
    return types.get((int) index);
  }
}
