// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.ModuleReport;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.module.ModuleParser;
import io.calimero.node.wasm.internal.module.ParsedModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Looks into modules without preparing them to run. */
public final class Inspection {
  private Inspection() {}

  /** What a module is made of. */
  public static ModuleReport of(final Bytes bytes) throws InvalidModuleException {
    final ParsedModule module = ModuleParser.parse(bytes);
    final List<ModuleReport.Import> imports = new ArrayList<>();
    final List<HostFunction> offered = new ArrayList<>();
    for (final ParsedModule.Import wanted : module.imports()) {
      final Optional<HostFunction> function = ModuleCheck.find(wanted);
      function.ifPresent(offered::add);
      imports.add(new ModuleReport.Import(wanted.toString(), function.isPresent()));
    }
    final List<String> exports = new ArrayList<>();
    for (final String name : new TreeSet<>(module.exports().keySet())) {
      exports.add(
          name
              + " "
              + module
                  .exportedFunction(name)
                  .map(Object::toString)
                  .orElseGet(
                      () ->
                          Optional.ofNullable(module.exports().get(name))
                              .map(export -> export.kind().name().toLowerCase(Locale.ROOT))
                              .orElse("")));
    }
    return new ModuleReport(
        imports,
        exports,
        List.copyOf(GraalModule.methods(module)),
        ModuleCheck.generation(offered),
        AbiSection.find(module),
        module.memory().map(memory -> memory.minimum()));
  }
}
