// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.internal.host.HostFunction.Arguments;
import io.calimero.node.wasm.internal.host.HostFunction.Body;
import io.calimero.node.wasm.internal.module.FunctionType;
import java.util.ArrayList;
import java.util.List;

/** Host functions while their list is made. Types as {@link HostFunctions} writes them. */
final class Table {
  private final List<HostFunction> functions = new ArrayList<>();

  /** What a function does, with a result or without. */
  @FunctionalInterface
  interface Action {
    void run(CallSession session, Arguments arguments);
  }

  /** A function without a result. */
  static Body action(final Action action) {
    return (session, arguments) -> {
      action.run(session, arguments);
      return 0;
    };
  }

  List<HostFunction> functions() {
    return functions;
  }

  /** A function that has one shape. */
  Table single(final String name, final String parameters, final String results, final Body body) {
    return add(name, parameters, results, AbiGeneration.NONE, body);
  }

  /** A function where bytes are address and length. */
  Table split(final String name, final String parameters, final String results, final Body body) {
    return add(name, parameters, results, AbiGeneration.SPLIT, body);
  }

  /** A function where bytes are the address of a descriptor. */
  Table ref(final String name, final String parameters, final String results, final Body body) {
    return add(name, parameters, results, AbiGeneration.REF, body);
  }

  private Table add(
      final String name,
      final String parameters,
      final String results,
      final AbiGeneration generation,
      final Body body) {
    functions.add(new HostFunction(name, FunctionType.of(parameters, results), generation, body));
    return this;
  }

  /** The range in two arguments. */
  static Slice pair(final Arguments arguments, final int index) {
    return new Slice(arguments.i64(index), arguments.i64(index + 1));
  }

  /** The range in the descriptor that an argument is the address of. */
  static Slice buffer(final CallSession session, final Arguments arguments, final int index) {
    return session.view().buffer(arguments.i64(index));
  }
}
