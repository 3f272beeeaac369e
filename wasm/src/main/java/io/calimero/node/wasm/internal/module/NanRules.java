// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.List;

/**
 * Decides after which instructions a NaN is made canonical. The specification leaves the bits of a
 * NaN that arithmetic makes to the engine; a program sees them once it stores the number or looks
 * at it as an integer. Where the very next use of a result is another arithmetic instruction, a
 * comparison or a conversion, its bits cannot be seen, and nothing is added.
 */
final class NanRules {
  /** How far to look for the next use. */
  private static final int WINDOW = 64;

  private NanRules() {}

  /** Whether the result of the instruction at that place must be made canonical. */
  static boolean applies(final List<Instruction> instructions, final int place) {
    final int opcode = instructions.get(place).opcode();
    return (Opcodes.makesFloat(opcode) || Opcodes.makesDouble(opcode))
        && !isHidden(instructions, place);
  }

  private static boolean isHidden(final List<Instruction> instructions, final int place) {
    final int end = Math.min(instructions.size(), place + WINDOW);
    // How many values lie above the result
    int above = 0;
    for (int next = place + 1; next < end; next++) {
      final int opcode = instructions.get(next).opcode();
      if (!Opcodes.isPure(opcode)) {
        return false;
      }
      if (Opcodes.pops(opcode) > above) {
        return Opcodes.hidesNans(opcode);
      }
      above += Opcodes.pushes(opcode) - Opcodes.pops(opcode);
    }
    return false;
  }
}
