// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.internal.module.ParsedModule.Kind;
import io.calimero.node.wasm.internal.module.ParsedModule.Section;
import io.calimero.node.wasm.internal.module.ParsedModule.Table;
import java.util.Optional;

/**
 * Makes of a module the one that is run: the maximum of its memory and its tables lowered to the
 * limits, so that growing beyond them fails inside the module as the specification says; calls
 * counted against the stack (see {@link StackLimiter}); the start function exported instead of run
 * at instantiation, when the host functions could not reach the memory yet; custom sections
 * dropped. The module's own imported globals are taken to be none.
 */
public final class ModuleRewriter {
  /** How many elements the tables of a module may have. */
  public static final int TABLE_ELEMENTS = 100_000;

  private final ParsedModule module;
  private final Names names;
  private final StackLimiter stack;
  private final BinaryWriter out;

  /**
   * The names that the rewriting adds to the exports. None can be a method's.
   *
   * @param start the start function, if there is one
   * @param stackLeft the global variable that is negative once the stack was used up
   */
  public record Names(Optional<String> start, String stackLeft) {
    /** Names that the module does not use itself. */
    public static Names of(final ParsedModule module) {
      return new Names(
          module.start().isPresent()
              ? Optional.of(unused(module, "start function"))
              : Optional.empty(),
          unused(module, "stack left"));
    }

    private static String unused(final ParsedModule module, final String wanted) {
      final StringBuilder name = new StringBuilder(wanted);
      while (module.exports().containsKey(name.toString())) {
        name.append('\'');
      }
      return name.toString();
    }
  }

  private ModuleRewriter(final ParsedModule module) {
    this.module = module;
    names = Names.of(module);
    stack = new StackLimiter(module);
    out = new BinaryWriter(module.bytes().length() * 2);
  }

  /** The module with at most so many pages of memory, which must be no fewer than its minimum. */
  public static byte[] rewrite(final ParsedModule module, final int memoryPages) {
    return new ModuleRewriter(module).rewrite(memoryPages);
  }

  private byte[] rewrite(final int memoryPages) {
    out.raw(ModuleParser.MAGIC);
    for (final Section section : module.sections()) {
      final int id = section.id();
      switch (id) {
        case ModuleParser.CUSTOM, ModuleParser.START -> {}
        case ModuleParser.FUNCTION -> out.section(id, stack.functions());
        case ModuleParser.TABLE -> out.section(id, tables());
        case ModuleParser.MEMORY -> out.section(id, memory(memoryPages));
        case ModuleParser.GLOBAL -> out.section(id, stack.globals(section));
        case ModuleParser.EXPORT -> {
          if (module.sections().stream().noneMatch(s -> s.id() == ModuleParser.GLOBAL)) {
            out.section(ModuleParser.GLOBAL, stack.globals(0, 0));
          }
          out.section(id, exports());
        }
        case ModuleParser.CODE -> out.section(id, stack.code(section));
        default ->
            out.u8(id)
                .u32(section.length())
                .raw(module.bytes().unsafeArray(), section.offset(), section.length());
      }
    }
    return out.toByteArray();
  }

  private BinaryWriter tables() {
    final BinaryWriter content = new BinaryWriter(16).u32(module.tables().size());
    for (final Table table : module.tables()) {
      sizes(content.u8(table.type()), table.sizes(), TABLE_ELEMENTS);
    }
    return content;
  }

  private BinaryWriter memory(final int pages) {
    final BinaryWriter content = new BinaryWriter(16);
    module
        .memory()
        .ifPresentOrElse(sizes -> sizes(content.u32(1), sizes, pages), () -> content.u32(0));
    return content;
  }

  private static void sizes(final BinaryWriter content, final Sizes sizes, final long bound) {
    content.u8(1).u32(sizes.minimum()).u32(sizes.maximumWithin(bound));
  }

  private BinaryWriter exports() {
    final BinaryWriter content = new BinaryWriter(256);
    content.u32(module.exports().size() + 1L + (names.start().isPresent() ? 1 : 0));
    module
        .exports()
        .forEach(
            (name, export) ->
                content
                    .name(name)
                    .u8(export.kind().code())
                    .u32(Integer.toUnsignedLong(export.index())));
    names
        .start()
        .ifPresent(
            name -> content.name(name).u8(Kind.FUNCTION.code()).u32(module.start().orElseThrow()));
    return content.name(names.stackLeft()).u8(Kind.GLOBAL.code()).u32(stack.global());
  }
}
