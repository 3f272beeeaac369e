// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.GuestError;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/** Says in the words of Calimero clients what GraalWasm says of a trap. */
final class Traps {
  static final String STACK_OVERFLOW = "stack overflow";
  static final String OUT_OF_GAS = "out of gas";
  private static final String MEMORY = "memory out of bounds";
  private static final String NULL_CALL = "indirect call to null";
  private static final String ARITHMETIC = "illegal arithmetic operation";

  /** By the name that GraalWasm gives to the kind of failure, which is not always its message. */
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("call stack exhausted", STACK_OVERFLOW),
          Map.entry("out of bounds memory access", MEMORY),
          // The reference does not tell tables from memory here
          Map.entry("out of bounds table access", MEMORY),
          Map.entry("undefined element", MEMORY),
          Map.entry("uninitialized element", NULL_CALL),
          Map.entry("defined element is ref.null", NULL_CALL),
          Map.entry("indirect call type mismatch", "bad signature"),
          Map.entry("integer divide by zero", ARITHMETIC),
          Map.entry("integer overflow", ARITHMETIC),
          Map.entry("invalid conversion to integer", ARITHMETIC),
          Map.entry("unreachable", "unreachable code reached"),
          Map.entry("unaligned atomic", "unaligned atomic operation"));

  private Traps() {}

  /** The error that the exception stands for, if it is the guest's. */
  static Optional<GuestError> error(final PolyglotException e) {
    final String type = member(e, "failureType");
    if (!type.equals("trap") && !type.equals("exhaustion")) {
      return Optional.empty();
    }
    final String failure = member(e, "failure");
    if (failure.equals("could not allocate memory")) {
      return Optional.empty();
    }
    return Optional.of(GuestError.trap(TEXTS.getOrDefault(failure, "indeterminate trap")));
  }

  /** A text that GraalWasm attaches to its exceptions; empty if there is none. */
  private static String member(final PolyglotException e, final String name) {
    final Value guest = e.getGuestObject();
    if (guest == null || !guest.hasMembers()) {
      return "";
    }
    final Value value = guest.getMember(name);
    return value != null && value.isString() ? value.asString() : "";
  }
}
