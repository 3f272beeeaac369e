// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.internal.module.ParsedModule.Section;
import io.calimero.node.wasm.internal.module.ParsedModule.Table;
import java.util.List;
import java.util.Optional;

/**
 * Makes of a module the one that is run: the maximum of its memory and its tables lowered to the
 * limits, so that growing beyond them fails inside the module as the specification says; the start
 * function exported instead of run at instantiation, when the host functions could not reach the
 * memory yet; custom sections dropped.
 */
public final class ModuleRewriter {
  /** How many elements the tables of a module may have. */
  public static final int TABLE_ELEMENTS = 100_000;

  private ModuleRewriter() {}

  /** The name under which the start function is exported, if there is one; no method's name. */
  public static Optional<String> startName(final ParsedModule module) {
    if (module.start().isEmpty()) {
      return Optional.empty();
    }
    final StringBuilder name = new StringBuilder("start function");
    while (module.exports().containsKey(name.toString())) {
      name.append('\'');
    }
    return Optional.of(name.toString());
  }

  /** The module with at most so many pages of memory, which must be no fewer than its minimum. */
  public static byte[] rewrite(final ParsedModule module, final int memoryPages) {
    final BinaryWriter out = new BinaryWriter(module.bytes().length() + 64).raw(ModuleParser.MAGIC);
    for (final Section section : module.sections()) {
      switch (section.id()) {
        case ModuleParser.CUSTOM, ModuleParser.START -> {}
        case ModuleParser.TABLE -> out.section(section.id(), tables(module.tables()));
        case ModuleParser.MEMORY -> out.section(section.id(), memory(module, memoryPages));
        case ModuleParser.EXPORT -> out.section(section.id(), exports(module, section));
        default ->
            out.u8(section.id())
                .u32(section.length())
                .raw(module.bytes().unsafeArray(), section.offset(), section.length());
      }
    }
    return out.toByteArray();
  }

  private static BinaryWriter tables(final List<Table> tables) {
    final BinaryWriter out = new BinaryWriter(16).u32(tables.size());
    for (final Table table : tables) {
      out.u8(table.type());
      sizes(out, table.sizes(), TABLE_ELEMENTS);
    }
    return out;
  }

  private static BinaryWriter memory(final ParsedModule module, final int pages) {
    final BinaryWriter out = new BinaryWriter(16);
    if (module.memory().isEmpty()) {
      return out.u32(0);
    }
    sizes(out.u32(1), module.memory().get(), pages);
    return out;
  }

  private static void sizes(final BinaryWriter out, final Sizes sizes, final long bound) {
    out.u8(1).u32(sizes.minimum()).u32(sizes.maximumWithin(bound));
  }

  private static BinaryWriter exports(final ParsedModule module, final Section section) {
    final Optional<String> start = startName(module);
    if (start.isEmpty()) {
      return new BinaryWriter(section.length())
          .raw(module.bytes().unsafeArray(), section.offset(), section.length());
    }
    final BinaryWriter out = new BinaryWriter(section.length() + 32);
    out.u32(module.exports().size() + 1);
    module
        .exports()
        .forEach(
            (name, export) ->
                out.name(name)
                    .u8(export.kind().code())
                    .u32(Integer.toUnsignedLong(export.index())));
    return out.name(start.get()).u8(0).u32(module.start().getAsInt());
  }
}
