// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.HostFunctions;
import io.calimero.node.wasm.internal.module.ModuleRewriter;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.ParsedModule.Export;
import io.calimero.node.wasm.internal.module.ParsedModule.Import;
import io.calimero.node.wasm.internal.module.ParsedModule.Kind;
import io.calimero.node.wasm.internal.module.Sizes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** Whether a well-formed module can be an application of this node. */
final class ModuleCheck {
  private static final String MEMORY = "memory";

  /** How many unknown imports a message names, and how much of each. */
  private static final int NAMED = 200;

  private static final int NAME_LENGTH = 120;

  private ModuleCheck() {}

  /** The host functions that the module imports, or why it cannot run here. */
  static List<HostFunction> check(final ParsedModule module, final EngineOptions options)
      throws InvalidModuleException {
    final List<HostFunction> functions = functions(module);
    memory(module, options);
    final long elements = module.tables().stream().mapToLong(t -> t.sizes().minimum()).sum();
    if (elements > ModuleRewriter.TABLE_ELEMENTS) {
      throw new InvalidModuleException(
          Code.INVALID,
          "the tables of the WebAssembly module have "
              + elements
              + " elements, more than "
              + ModuleRewriter.TABLE_ELEMENTS);
    }
    return functions;
  }

  /** The shape that the functions have. */
  static AbiGeneration generation(final List<HostFunction> functions) {
    AbiGeneration found = AbiGeneration.NONE;
    for (final HostFunction function : functions) {
      if (function.generation() == AbiGeneration.REF) {
        return AbiGeneration.REF;
      }
      if (function.generation() == AbiGeneration.SPLIT) {
        found = AbiGeneration.SPLIT;
      }
    }
    return found;
  }

  /** The host function that an import means. */
  static Optional<HostFunction> find(final Import wanted) {
    return wanted.module().equals(HostFunctions.MODULE)
        ? wanted.type().flatMap(type -> HostFunctions.find(wanted.name(), type))
        : Optional.empty();
  }

  private static List<HostFunction> functions(final ParsedModule module)
      throws InvalidModuleException {
    final SequencedSet<String> unknown = new LinkedHashSet<>();
    final Map<String, HostFunction> known = new LinkedHashMap<>();
    for (final Import wanted : module.imports()) {
      if (wanted.kind() == Kind.MEMORY) {
        throw new InvalidModuleException(
            Code.IMPORTED_MEMORY,
            "the WebAssembly module imports its memory instead of exporting it as \"memory\"");
      }
      final Optional<HostFunction> function = find(wanted);
      if (function.isEmpty()) {
        unknown.add(wanted.toString());
        continue;
      }
      final HostFunction other = known.putIfAbsent(wanted.name(), function.get());
      if (other != null && !other.equals(function.get())) {
        throw new InvalidModuleException(
            Code.INVALID,
            "the WebAssembly module imports " + wanted.name() + " with two different types");
      }
    }
    if (!unknown.isEmpty()) {
      throw new InvalidModuleException(
          Code.UNKNOWN_IMPORTS,
          "the WebAssembly module imports what this node does not offer: " + names(unknown));
    }
    return List.copyOf(known.values());
  }

  private static String names(final SequencedSet<String> unknown) {
    final String named =
        unknown.stream()
            .limit(NAMED)
            .map(name -> name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH) + "…" : name)
            .collect(Collectors.joining(", "));
    return unknown.size() > NAMED ? named + " and " + (unknown.size() - NAMED) + " more" : named;
  }

  private static void memory(final ParsedModule module, final EngineOptions options)
      throws InvalidModuleException {
    final Export export = module.exports().get(MEMORY);
    final Optional<Sizes> sizes = module.memory();
    if (export == null || export.kind() != Kind.MEMORY || sizes.isEmpty()) {
      throw new InvalidModuleException(
          Code.NO_MEMORY, "the WebAssembly module exports no memory under the name \"memory\"");
    }
    if (sizes.get().minimum() > options.memoryPages()) {
      throw new InvalidModuleException(
          Code.MEMORY_TOO_LARGE,
          "the WebAssembly module needs "
              + sizes.get().minimum()
              + " pages of memory, more than "
              + options.memoryPages());
    }
  }
}
