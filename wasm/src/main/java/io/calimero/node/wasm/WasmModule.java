// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.util.Optional;
import java.util.Set;

/**
 * A module that has been checked and parsed, ready to be called. Thread-safe; calls run in
 * parallel.
 */
public interface WasmModule {

  /** The SHA-256 digest of the module's bytes. */
  Hash id();

  /**
   * The names that can be called: exported functions without parameters and results, their names of
   * at most 256 ASCII letters, digits and underscores. Includes {@code init} and the names
   * beginning with {@code __calimero}, which are not for clients. In the order of their names.
   */
  Set<String> methods();

  /** In which shape the module uses the host functions. */
  AbiGeneration generation();

  /**
   * What the module says of itself: the content of its section {@code calimero_abi_v1}, a JSON text
   * that nobody has checked.
   */
  default Optional<Bytes> abi() {
    return Optional.empty();
  }

  /** Whether the module imports functions of private storage. */
  default boolean usesPrivateStorage() {
    return false;
  }

  /** Whether the module imports the function that asks outside. */
  default boolean asksOutside() {
    return false;
  }

  /**
   * Runs one method on clean memory, over the given state, and says what it did; nothing is written
   * anywhere. Returns once the guest has stopped, at the latest shortly after the deadline.
   *
   * <p>Guest code runs on a thread of {@link GuestThreads}: the caller's own if it is one, else one
   * of the engine's while the caller waits. An interrupt of the caller does not end the call and is
   * still pending afterwards.
   *
   * @throws RuntimeException what {@code state} threw, unchanged
   * @throws IllegalStateException if the engine is closed
   */
  CallResult call(Call call, StateReader state);
}
