// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Limits;
import java.util.Optional;

/**
 * By which rules a module is rewritten and its calls are charged: what the number of a gas schedule
 * in the limits of a context stands for. A change of anything here that can be seen in an outcome
 * needs a new number, and the old one kept: replicas run old entries again.
 *
 * @param schedule the number
 * @param metered whether gas is charged
 * @param canonicalNans whether the result of an arithmetic instruction that is a NaN is always the
 *     same one
 * @param operandBytes what each value that a function may have on its operand stack takes of the
 *     stack
 * @param leavesFree whether a small function that calls none takes nothing of the stack
 * @param hostWork whether the work of the host has a price also where it shows in nothing that is
 *     copied: parts of blobs that it reads, rows that the call wrote itself, lists of members,
 *     requests to the outside
 */
public record Rules(
    int schedule,
    boolean metered,
    boolean canonicalNans,
    int operandBytes,
    boolean leavesFree,
    boolean hostWork) {

  /** The stack of a guest in bytes. */
  static final int STACK = 512 * 1024;

  /** What a call takes of it, without parameters, variables and operands. */
  static final int CALL_BYTES = 256;

  /** What a parameter or local variable takes of it. */
  static final int LOCAL_BYTES = 8;

  /** What a function that calls none may need and still take nothing. */
  static final int LEAF_BYTES = 4 * 1024;

  /** Gas for a page of memory, at the beginning of a call and when memory grows. */
  public static final int PAGE_GAS = 16_384;

  /** Memory that is filled, copied or initialised: one gas for so many bytes, as a shift. */
  static final int BULK_SHIFT = 3;

  private static final Rules UNMETERED = new Rules(Limits.UNMETERED, false, false, 0, false, false);
  private static final Rules FIRST = new Rules(1, true, true, 8, true, false);
  private static final Rules SECOND = new Rules(2, true, true, 8, true, true);

  /** The rules of that number; none if this node is too old to know them. */
  public static Optional<Rules> of(final int schedule) {
    return switch (schedule) {
      case Limits.UNMETERED -> Optional.of(UNMETERED);
      case 1 -> Optional.of(FIRST);
      case 2 -> Optional.of(SECOND);
      default -> Optional.empty();
    };
  }

  /** What a call of a function takes of the stack. */
  int frame(final long locals, final int operands) {
    return CALL_BYTES + (int) (LOCAL_BYTES * locals) + operandBytes * operands;
  }
}
