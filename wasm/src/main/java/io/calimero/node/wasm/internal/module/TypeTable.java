// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The types of a module, and behind them those that the rewriting needs. */
final class TypeTable {
  private final List<FunctionType> types;
  private final Map<FunctionType, Integer> numbers = new HashMap<>();

  TypeTable(final List<FunctionType> types) {
    this.types = new ArrayList<>(types);
    for (int i = 0; i < types.size(); i++) {
      numbers.putIfAbsent(types.get(i), i);
    }
  }

  /** The number of that type. */
  int number(final FunctionType type) {
    final Integer known = numbers.putIfAbsent(type, types.size());
    if (known != null) {
      return known;
    }
    types.add(type);
    return types.size() - 1;
  }

  BinaryWriter write() {
    final BinaryWriter out = new BinaryWriter(8 * types.size() + 8).u32(types.size());
    for (final FunctionType type : types) {
      out.u8(0x60);
      values(out, type.parameters());
      values(out, type.results());
    }
    return out;
  }

  private static void values(final BinaryWriter out, final String letters) {
    out.u32(letters.length());
    letters.chars().forEach(letter -> out.u8(FunctionType.code((char) letter)));
  }
}
