// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.internal.module.FunctionType;

/**
 * A host function in one of its shapes.
 *
 * @param name the name under which modules import it
 * @param type the type in this shape
 * @param generation whose shape it is; none if there is only one
 * @param body what it does
 */
public record HostFunction(String name, FunctionType type, AbiGeneration generation, Body body) {

  /** What a host function does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Serves the guest of a session.
     *
     * @param session the call
     * @param arguments what the guest passed
     * @return what the guest gets; ignored if the function has no result
     */
    long run(CallSession session, Arguments arguments);
  }

  /** The arguments of a call of a host function. */
  public interface Arguments {
    /** The 64-bit integer at that place. */
    long i64(int index);

    /** The 32-bit integer at that place. */
    int i32(int index);
  }
}
