// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.internal.module.ParsedModule.Body;
import io.calimero.node.wasm.internal.module.ParsedModule.Section;

/**
 * Bounds how deep the functions of a module may call one another, by the module's own code, so that
 * the bound is the same interpreted, compiled, and on every machine, and lies far within the stack
 * of the thread.
 *
 * <p>A guest has {@value #BUDGET} bytes. Each call takes {@value #CALL} and {@value #LOCAL} for
 * each parameter and local variable of the function, and gives them back when it returns; a call
 * that there is too little left for traps. For this a wrapper takes the place of each function: it
 * has the number and the type of the original, which moves behind all others, so that no other part
 * of the module needs a change.
 */
final class StackLimiter {
  static final int BUDGET = 512 * 1024;
  static final int CALL = 256;
  static final int LOCAL = 8;

  private final ParsedModule module;
  private final int global;
  private final int imported;
  private final int own;

  StackLimiter(final ParsedModule module) {
    this.module = module;
    global = module.globals();
    own = module.ownTypes().size();
    imported = module.functions().size() - own;
  }

  /** The number of the global variable that holds what is left. */
  int global() {
    return global;
  }

  BinaryWriter functions() {
    final BinaryWriter out = new BinaryWriter(2 * own + 8).u32(2L * own);
    for (int round = 0; round < 2; round++) {
      module.ownTypes().forEach(out::u32);
    }
    return out;
  }

  /** The global variables of the module, in that section if it has one, and one more. */
  BinaryWriter globals(final int offset, final int length) {
    final BinaryWriter out = new BinaryWriter(length + 16).u32(global + 1L);
    out.raw(module.bytes().unsafeArray(), offset, length);
    // i32, mutable, initialised to the budget
    return out.u8(0x7f).u8(1).u8(0x41).s32(BUDGET).u8(0x0b);
  }

  BinaryWriter globals(final Section section) {
    int countLength = 1;
    while ((module.bytes().unsafeArray()[section.offset() + countLength - 1] & 0x80) != 0) {
      countLength++;
    }
    return globals(section.offset() + countLength, section.length() - countLength);
  }

  BinaryWriter code(final Section section) {
    final BinaryWriter out = new BinaryWriter(section.length() + 40 * own).u32(2L * own);
    for (int i = 0; i < own; i++) {
      final BinaryWriter wrapper = wrapper(i);
      out.u32(wrapper.size()).raw(wrapper.toByteArray());
    }
    for (final Body body : module.bodies()) {
      out.raw(module.bytes().unsafeArray(), body.offset(), body.length());
    }
    return out;
  }

  private BinaryWriter wrapper(final int index) {
    final int parameters = module.functions().get(imported + index).parameters().length();
    final int cost = CALL + LOCAL * (int) (parameters + module.bodies().get(index).locals());
    final BinaryWriter out = new BinaryWriter(40).u32(0);
    // left = left - cost; if (left < 0) unreachable
    out.u8(0x23).u32(global).u8(0x41).s32(cost).u8(0x6b).u8(0x24).u32(global);
    out.u8(0x23).u32(global).u8(0x41).s32(0).u8(0x48).u8(0x04).u8(0x40).u8(0).u8(0x0b);
    for (int i = 0; i < parameters; i++) {
      out.u8(0x20).u32(i);
    }
    out.u8(0x10).u32(imported + own + index);
    // left = left + cost
    out.u8(0x23).u32(global).u8(0x41).s32(cost).u8(0x6a).u8(0x24).u32(global);
    return out.u8(0x0b);
  }
}
