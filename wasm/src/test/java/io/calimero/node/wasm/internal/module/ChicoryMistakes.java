// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;

/** Where the interpreter of Chicory 1.7.5 does not do what the specification says. */
public final class ChicoryMistakes {
  private ChicoryMistakes() {}

  /**
   * To be called before each instruction that it runs. It multiplies numbers of 32 bits as such of
   * 64 and keeps all bits of the product, and {@code if} looks at all of them: 65 536 times 65 536,
   * which is 0, counts as true. Its other instructions look at the lower half, as those of its
   * compiler do.
   */
  public static void mend(final Instruction next, final MStack stack) {
    if (next.opcode() == OpCode.IF) {
      final int condition = (int) stack.pop();
      stack.push(condition);
    }
  }
}
