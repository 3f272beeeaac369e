// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import java.util.Optional;

/**
 * How applications run on this JVM. The results are the same either way, the speed is not: compiled
 * code computes some twenty to thirty times as fast as the interpreter.
 *
 * @param compiled whether hot code is compiled to machine code
 * @param implementation name and version of the engine
 * @param reason if not compiled, why, and what to do about it
 */
public record EngineMode(boolean compiled, String implementation, Optional<String> reason) {

  /** One line for people, such as {@code compiled (GraalVM CE 25.0.2)}. */
  @Override
  public String toString() {
    return (compiled ? "compiled (" : "interpreted (")
        + implementation
        + reason.map(why -> "; " + why).orElse("")
        + ")";
  }
}
