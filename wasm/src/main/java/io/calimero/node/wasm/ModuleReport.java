// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.internal.Inspection;
import java.util.List;
import java.util.Optional;

/**
 * What a module is made of, whether or not it can be an application.
 *
 * @param imports what it imports, in its order
 * @param exports what it exports, each with its kind or type, in the order of the names
 * @param methods the names that can be called, in their order
 * @param generation in which shape it uses the host functions that are offered
 * @param abi what it says of itself, a JSON text that nobody has checked
 * @param memoryPages the pages of memory that it asks for at first; none if it has no memory
 */
public record ModuleReport(
    List<Import> imports,
    List<String> exports,
    List<String> methods,
    AbiGeneration generation,
    Optional<Bytes> abi,
    Optional<Long> memoryPages) {
  /** A report; the lists are copied. */
  public ModuleReport {
    imports = List.copyOf(imports);
    exports = List.copyOf(exports);
    methods = List.copyOf(methods);
  }

  /**
   * Something imported.
   *
   * @param name both names and the type, such as {@code env.input (i64)->()}
   * @param offered whether nodes offer it
   */
  public record Import(String name, boolean offered) {}

  /**
   * Looks into a module.
   *
   * @throws InvalidModuleException if it cannot be read as one
   */
  public static ModuleReport of(final Bytes module) throws InvalidModuleException {
    return Inspection.of(module);
  }
}
