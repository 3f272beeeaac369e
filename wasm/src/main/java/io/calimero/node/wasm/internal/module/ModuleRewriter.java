// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import io.calimero.node.wasm.internal.module.FunctionWriter.Globals;
import io.calimero.node.wasm.internal.module.ParsedModule.Body;
import io.calimero.node.wasm.internal.module.ParsedModule.Data;
import io.calimero.node.wasm.internal.module.ParsedModule.Global;
import io.calimero.node.wasm.internal.module.ParsedModule.Kind;
import io.calimero.node.wasm.internal.module.ParsedModule.Section;
import io.calimero.node.wasm.internal.module.ParsedModule.Table;
import java.util.List;
import java.util.Optional;

/**
 * Makes of a module the one that is run, by rules that a context has from its beginning. What keeps
 * a guest within its limits is then in the guest itself and the same in every engine:
 *
 * <ul>
 *   <li>its functions charge gas, count the stack and make NaNs canonical, see {@link
 *       FunctionWriter};
 *   <li>the maximum of its memory and its tables is lowered to the limits, so that growing beyond
 *       them fails inside the module as the specification says;
 *   <li>two functions are added: one begins a call, the other takes gas for what the host does;
 *   <li>the start function is exported instead of run at instantiation, when the host functions
 *       could not reach the memory yet;
 *   <li>data is copied when a call begins instead of at instantiation, where that allows an
 *       instance to be used again;
 *   <li>custom sections are dropped.
 * </ul>
 *
 * <p>Functions, global variables and types are added behind the module's own, whose every index has
 * been checked to name one of its own. Nothing but functions may be imported.
 */
public final class ModuleRewriter {
  /** How long all functions together may become, in bytes. */
  private static final int CODE_SIZE = 64 * 1024 * 1024;

  /** How many elements the tables of a module may have. */
  public static final int TABLE_ELEMENTS = 100_000;

  private final ParsedModule module;
  private final byte[] bytes;
  private final Rules rules;
  private final int memoryPages;
  private final Names names;
  private final Globals globals;
  private final TypeTable types;
  private final EntryPoints entries;
  private final BinaryWriter code;
  private final boolean reusable;

  /**
   * The names that the rewriting adds to the exports. None can be a method's.
   *
   * @param start the start function, if there is one
   * @param stackLeft the global variable that is negative once the stack was used up
   * @param begin the function that begins a call: 1 if the instance has served one, else 0, and the
   *     gas that the call has
   * @param charge the function that takes gas, and returns what is left, negative if too little
   */
  public record Names(Optional<String> start, String stackLeft, String begin, String charge) {
    /** Names that the module does not use itself. */
    public static Names of(final ParsedModule module) {
      return new Names(
          module.start().isPresent()
              ? Optional.of(unused(module, "start function"))
              : Optional.empty(),
          unused(module, "stack left"),
          unused(module, "begin a call"),
          unused(module, "charge gas"));
    }

    private static String unused(final ParsedModule module, final String wanted) {
      final StringBuilder name = new StringBuilder(wanted);
      while (module.exports().containsKey(name.toString())) {
        name.append('\'');
      }
      return name.toString();
    }
  }

  /**
   * A module that was rewritten.
   *
   * @param bytes the module
   * @param names what was added to its exports
   * @param reusable whether an instance that has served a call is as good as new for the next, once
   *     that is begun; false also where it would have to be told apart
   */
  public record Rewritten(Bytes bytes, Names names, boolean reusable) {}

  private ModuleRewriter(final ParsedModule module, final Rules rules, final int memoryPages)
      throws InvalidModuleException {
    this.module = module;
    this.rules = rules;
    this.memoryPages = memoryPages;
    bytes = module.bytes().unsafeArray();
    names = Names.of(module);
    final int own = module.globals().size();
    globals = new Globals(own, own + 1);
    types = new TypeTable(module.types());
    code = new BinaryWriter(module.bytes().length() * 2);
    boolean pinned = false;
    for (int i = 0; i < module.bodies().size(); i++) {
      pinned |= function(i);
    }
    reusable = !pinned && isRestorable(module);
    entries = new EntryPoints(module, globals, reusable);
  }

  /**
   * Rewrites a module.
   *
   * @param module the module
   * @param rules by which rules
   * @param memoryPages how many pages of memory it may have, no fewer than its minimum
   * @throws InvalidModuleException if a function is not valid, or uses what is not offered
   */
  public static Rewritten rewrite(
      final ParsedModule module, final Rules rules, final int memoryPages)
      throws InvalidModuleException {
    final ModuleRewriter rewriter = new ModuleRewriter(module, rules, memoryPages);
    return new Rewritten(Bytes.wrap(rewriter.assemble()), rewriter.names, rewriter.reusable);
  }

  /** Whether all that changes in an instance can be set again: see {@link EntryPoints}. */
  private static boolean isRestorable(final ParsedModule module) {
    return module.memory().isPresent()
        && module.globals().stream().allMatch(g -> !g.mutable() || g.initial().simple())
        && module.data().stream().allMatch(d -> d.place().map(p -> p.simple()).orElse(true));
  }

  /** Writes one of the module's functions, and tells whether it keeps instances from reuse. */
  private boolean function(final int own) throws InvalidModuleException {
    final Body body = module.bodies().get(own);
    final int number = module.functions().size() - module.bodies().size() + own;
    final FunctionType type = module.functions().get(number);
    final long locals = type.parameters().length() + body.locals();
    final List<Instruction> instructions =
        new BodyReader(module.shape(), bytes).read(body, number, locals);
    final FunctionAnalysis analysis =
        FunctionAnalysis.of(module.functions(), instructions, number, body.locals());
    code.raw(
        new FunctionWriter(bytes, rules, instructions, analysis, globals, (int) locals)
            .write(body, locals, blockType(type.results())));
    if (code.size() > CODE_SIZE) {
      throw new InvalidModuleException(
          Code.TOO_LARGE,
          "the WebAssembly module has more than "
              + CODE_SIZE
              + " bytes of code once it is made to count its gas");
    }
    return analysis.pinned();
  }

  private int blockType(final String results) {
    return switch (results.length()) {
      case 0 -> 0x40 - 0x80;
      case 1 -> FunctionType.code(results.charAt(0)) - 0x80;
      default -> types.number(FunctionType.of("", results));
    };
  }

  private byte[] assemble() {
    final BinaryWriter out = new BinaryWriter(code.size() + bytes.length);
    out.raw(ModuleParser.MAGIC);
    final List<Integer> added = entries.types(types);
    for (final int id : ModuleParser.ORDER) {
      switch (id) {
        case ModuleParser.TYPE -> out.section(id, types.write());
        case ModuleParser.FUNCTION -> out.section(id, functions(added));
        case ModuleParser.TABLE -> out.section(id, tables());
        case ModuleParser.MEMORY -> out.section(id, memory());
        case ModuleParser.GLOBAL -> out.section(id, globals());
        case ModuleParser.EXPORT -> out.section(id, exports());
        case ModuleParser.START -> {}
        case ModuleParser.DATA_COUNT -> {
          if (!module.data().isEmpty()) {
            out.section(id, new BinaryWriter(8).u32(module.data().size()));
          }
        }
        case ModuleParser.CODE ->
            out.section(
                id,
                new BinaryWriter(code.size() + 256)
                    .u32(module.bodies().size() + EntryPoints.COUNT)
                    .all(code)
                    .all(entries.code()));
        case ModuleParser.DATA -> out.section(id, data());
        default -> original(out, id);
      }
    }
    return out.toByteArray();
  }

  private void original(final BinaryWriter out, final int id) {
    for (final Section section : module.sections()) {
      if (section.id() == id) {
        out.u8(id).u32(section.length()).raw(bytes, section.offset(), section.length());
      }
    }
  }

  private BinaryWriter functions(final List<Integer> added) {
    final BinaryWriter content = new BinaryWriter(2 * module.ownTypes().size() + 16);
    content.u32(module.ownTypes().size() + (long) added.size());
    module.ownTypes().forEach(content::u32);
    added.forEach(content::u32);
    return content;
  }

  private BinaryWriter tables() {
    final BinaryWriter content = new BinaryWriter(16).u32(module.tables().size());
    for (final Table table : module.tables()) {
      sizes(content.u8(table.type()), table.sizes(), TABLE_ELEMENTS);
    }
    return content;
  }

  private BinaryWriter memory() {
    final BinaryWriter content = new BinaryWriter(16);
    module
        .memory()
        .ifPresentOrElse(sizes -> sizes(content.u32(1), sizes, memoryPages), () -> content.u32(0));
    return content;
  }

  private static void sizes(final BinaryWriter content, final Sizes sizes, final long bound) {
    content.u8(1).u32(sizes.minimum()).u32(sizes.maximumWithin(bound));
  }

  private BinaryWriter globals() {
    final BinaryWriter content = new BinaryWriter(256).u32(module.globals().size() + 2L);
    for (final Global global : module.globals()) {
      content.u8(FunctionType.code(global.type())).u8(global.mutable() ? 1 : 0);
      content.raw(bytes, global.initial().offset(), global.initial().length()).u8(Opcodes.END);
    }
    content.u8(FunctionType.code('l')).u8(1);
    new Emitter(content).i64(0).end();
    content.u8(FunctionType.code('i')).u8(1);
    new Emitter(content).i32(0).end();
    return content;
  }

  private BinaryWriter exports() {
    final BinaryWriter content = new BinaryWriter(256);
    content.u32(module.exports().size() + 3L + (names.start().isPresent() ? 1 : 0));
    module
        .exports()
        .forEach((name, export) -> export(content, name, export.kind(), export.index()));
    names
        .start()
        .ifPresent(name -> export(content, name, Kind.FUNCTION, module.start().orElseThrow()));
    export(content, names.stackLeft(), Kind.GLOBAL, globals.stack());
    export(content, names.begin(), Kind.FUNCTION, module.functions().size());
    export(content, names.charge(), Kind.FUNCTION, module.functions().size() + 1);
    return content;
  }

  private static void export(
      final BinaryWriter content, final String name, final Kind kind, final int index) {
    content.name(name).u8(kind.code()).u32(index);
  }

  /** The segments, those that a call begins with no longer tied to the instantiation. */
  private BinaryWriter data() {
    final BinaryWriter content = new BinaryWriter(1024).u32(module.data().size());
    for (final Data segment : module.data()) {
      if (segment.place().isPresent() && !reusable) {
        content.u8(0);
        content.raw(bytes, segment.place().get().offset(), segment.place().get().length());
        content.u8(Opcodes.END);
      } else {
        content.u8(1);
      }
      content.u32(segment.length()).raw(bytes, segment.offset(), segment.length());
    }
    return content;
  }
}
