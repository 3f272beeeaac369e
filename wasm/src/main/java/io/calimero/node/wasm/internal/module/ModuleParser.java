// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import io.calimero.node.wasm.internal.module.ParsedModule.Body;
import io.calimero.node.wasm.internal.module.ParsedModule.Data;
import io.calimero.node.wasm.internal.module.ParsedModule.Export;
import io.calimero.node.wasm.internal.module.ParsedModule.Global;
import io.calimero.node.wasm.internal.module.ParsedModule.Import;
import io.calimero.node.wasm.internal.module.ParsedModule.Kind;
import io.calimero.node.wasm.internal.module.ParsedModule.Section;
import io.calimero.node.wasm.internal.module.ParsedModule.Table;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a module's sections. Checks that every index names something in the module, and leaves the
 * rest of the validation to the engine. The instructions of functions are read by {@link
 * BodyReader}.
 */
public final class ModuleParser {
  static final int CUSTOM = 0;
  static final int TYPE = 1;
  static final int IMPORT = 2;
  static final int FUNCTION = 3;
  static final int TABLE = 4;
  static final int MEMORY = 5;
  static final int EXPORT = 7;
  static final int GLOBAL = 6;
  static final int START = 8;
  static final int ELEMENT = 9;
  static final int DATA_COUNT = 12;
  static final int CODE = 10;
  static final int DATA = 11;

  /** The sections in the order that they must have; the number of data stands before the code. */
  static final List<Integer> ORDER = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11);

  /** How many local variables a function may have: as in other engines, less those added to it. */
  private static final int LOCALS = 50_000 - 8;

  /** How long the body of a function may be, in bytes: far above what compilers make. */
  private static final int BODY = 1024 * 1024;

  /** How many pages 32 bits can address. */
  private static final int ADDRESSABLE_PAGES = 65_536;

  static final byte[] MAGIC = {0, 'a', 's', 'm', 1, 0, 0, 0};

  private final byte[] bytes;
  private final List<Section> sections = new ArrayList<>();
  private final List<FunctionType> types = new ArrayList<>();
  private final List<Import> imports = new ArrayList<>();
  private final int[] imported = new int[Kind.values().length];
  private final List<FunctionType> functions = new ArrayList<>();
  private final List<Integer> ownTypes = new ArrayList<>();
  private final List<Body> bodies = new ArrayList<>();
  private final List<Global> globals = new ArrayList<>();
  private final List<Data> data = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final Map<String, Export> exports = new LinkedHashMap<>();
  private Optional<Sizes> memory = Optional.empty();
  private OptionalLong dataCount = OptionalLong.empty();
  private OptionalInt start = OptionalInt.empty();

  private ModuleParser(final byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the module.
   *
   * @param module its bytes
   * @throws InvalidModuleException if they are no module, a malformed one, or one with parts that
   *     are not offered
   */
  public static ParsedModule parse(final Bytes module) throws InvalidModuleException {
    final byte[] bytes = module.unsafeArray();
    for (int i = 0; i < MAGIC.length; i++) {
      if (i >= bytes.length || bytes[i] != MAGIC[i]) {
        throw new InvalidModuleException(
            Code.NOT_WASM,
            bytes.length == 0
                ? "an empty file is no WebAssembly module"
                : "a file that begins with the bytes "
                    + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MAGIC.length))
                    + " is no WebAssembly module");
      }
    }
    return new ModuleParser(bytes).parse();
  }

  private ParsedModule parse() throws InvalidModuleException {
    final BinaryReader in = new BinaryReader(bytes, MAGIC.length, bytes.length);
    int last = -1;
    while (in.hasMore()) {
      final int id = in.u8();
      final int length = in.count();
      final Section section = new Section(id, in.position(), length);
      if (id != CUSTOM) {
        final int place = ORDER.indexOf(id);
        if (place <= last) {
          throw in.malformed("section " + id + " is unknown, or not in its place");
        }
        last = place;
      }
      final BinaryReader content = new BinaryReader(bytes, in.position(), in.position() + length);
      section(id, content);
      sections.add(section);
      in.skip(length);
    }
    if (bodies.size() != ownTypes.size()) {
      throw in.malformed("it declares " + ownTypes.size() + " functions and has " + bodies.size());
    }
    // Here and not by the engine, as the rewriting writes the count anew
    if (dataCount.isPresent() && dataCount.getAsLong() != data.size()) {
      throw in.malformed(
          "it announces " + dataCount.getAsLong() + " segments of data and has " + data.size());
    }
    return new ParsedModule(
        Bytes.wrap(bytes),
        List.copyOf(sections),
        List.copyOf(types),
        List.copyOf(imports),
        List.copyOf(functions),
        List.copyOf(ownTypes),
        List.copyOf(bodies),
        List.copyOf(globals),
        List.copyOf(tables),
        memory,
        List.copyOf(data),
        dataCount.isPresent(),
        exports,
        start);
  }

  private void section(final int id, final BinaryReader in) throws InvalidModuleException {
    switch (id) {
      case CUSTOM -> {
        in.name();
        return;
      }
      case TYPE -> types(in);
      case IMPORT -> imports(in);
      case FUNCTION -> functions(in);
      case TABLE -> tables(in);
      case MEMORY -> memories(in);
      case GLOBAL -> globals(in);
      case ELEMENT -> elements().read(in);
      case DATA -> data.addAll(elements().data(in));
      case DATA_COUNT -> dataCount = OptionalLong.of(in.u32());
      case CODE -> code(in);
      case EXPORT -> exports(in);
      case START -> start = OptionalInt.of(start(in));
      default -> throw new IllegalStateException("section " + id);
    }
    in.expectEnd();
  }

  private ModuleShape shape() {
    return new ModuleShape(
        types,
        functions.size(),
        imported[Kind.GLOBAL.code()] + globals.size(),
        imported[Kind.TABLE.code()] + tables.size(),
        imported[Kind.MEMORY.code()] + (memory.isPresent() ? 1 : 0),
        OptionalInt.empty());
  }

  private SegmentReader elements() {
    return new SegmentReader(shape());
  }

  private void globals(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final char type = value(in);
      final int mutable = in.u8();
      if (mutable > 1) {
        throw in.malformed("a global variable is neither mutable nor not");
      }
      globals.add(new Global(type, mutable == 1, elements().constant(in)));
    }
  }

  private void types(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      if (in.u8() != 0x60) {
        throw in.unsupported("types other than those of functions");
      }
      types.add(new FunctionType(values(in), values(in)));
    }
  }

  private static String values(final BinaryReader in) throws InvalidModuleException {
    final int count = in.count();
    final StringBuilder letters = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      letters.append(value(in));
    }
    return letters.toString();
  }

  static char value(final BinaryReader in) throws InvalidModuleException {
    return switch (in.u8()) {
      case 0x7f -> 'i';
      case 0x7e -> 'l';
      case 0x7d -> 'f';
      case 0x7c -> 'd';
      case 0x7b ->
          throw in.unsupported("SIMD (values of type v128, at byte " + in.position() + ")");
      case 0x70 -> 'r';
      case 0x6f -> 'e';
      default -> throw in.malformed("there is no such type of value");
    };
  }

  private void imports(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final String module = in.name();
      final String name = in.name();
      final Kind kind = kind(in);
      Optional<FunctionType> type = Optional.empty();
      switch (kind) {
        case FUNCTION -> {
          final FunctionType found = types.get(in.index(types.size(), "type"));
          functions.add(found);
          type = Optional.of(found);
        }
        case TABLE -> {
          reference(in);
          sizes(in, in.u8());
        }
        case MEMORY -> memorySizes(in);
        case GLOBAL -> {
          value(in);
          in.u8();
        }
        case TAG -> {
          in.u8();
          in.u32();
        }
      }
      imported[kind.code()]++;
      imports.add(new Import(module, name, kind, type));
    }
  }

  private static Kind kind(final BinaryReader in) throws InvalidModuleException {
    final int kind = in.u8();
    for (final Kind known : Kind.values()) {
      if (known.code() == kind) {
        return known;
      }
    }
    throw in.malformed("there is no kind " + kind + " of imports and exports");
  }

  private void functions(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final int type = in.index(types.size(), "type");
      ownTypes.add(type);
      functions.add(types.get(type));
    }
  }

  private void code(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final int offset = in.position();
      final int length = in.count();
      if (length > BODY) {
        throw new InvalidModuleException(
            Code.TOO_LARGE,
            "a function of the WebAssembly module is "
                + length
                + " bytes long, more than the "
                + BODY
                + " allowed");
      }
      final BinaryReader body = new BinaryReader(bytes, in.position(), in.position() + length);
      long locals = 0;
      for (int groups = body.count(); groups > 0; groups--) {
        locals += body.u32();
        value(body);
      }
      if (locals > LOCALS) {
        throw in.malformed("a function has " + locals + " local variables");
      }
      final int code = body.position();
      in.skip(length);
      bodies.add(new Body(offset, in.position() - offset, code, locals));
    }
  }

  private void tables(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      tables.add(new Table(reference(in), sizes(in, in.u8())));
    }
  }

  static int reference(final BinaryReader in) throws InvalidModuleException {
    final int type = in.u8();
    if (type != 0x70 && type != 0x6f) {
      throw in.malformed("a table has no such elements");
    }
    return type;
  }

  private void memories(final BinaryReader in) throws InvalidModuleException {
    final int count = in.count();
    if (count > 1) {
      throw in.unsupported("more than one memory");
    }
    if (count == 1) {
      memory = Optional.of(memorySizes(in));
    }
  }

  private static Sizes memorySizes(final BinaryReader in) throws InvalidModuleException {
    final int flags = in.u8();
    if (flags == 2 || flags == 3) {
      throw new InvalidModuleException(
          Code.SHARED_MEMORY,
          "the memory of the WebAssembly module is shared between threads, which this node does not"
              + " offer");
    }
    if (flags > 3) {
      throw in.unsupported("a memory with 64-bit addresses");
    }
    final Sizes sizes = sizes(in, flags);
    // Here and not by the engine, as the rewriting lowers the maximum
    if (Math.max(sizes.minimum(), sizes.maximum().orElse(0)) > ADDRESSABLE_PAGES) {
      throw in.malformed("a memory has more than " + ADDRESSABLE_PAGES + " pages");
    }
    return sizes;
  }

  private static Sizes sizes(final BinaryReader in, final int flags) throws InvalidModuleException {
    if (flags > 1) {
      throw in.malformed("a size has flags " + flags);
    }
    final long minimum = in.u32();
    final OptionalLong maximum = flags == 1 ? OptionalLong.of(in.u32()) : OptionalLong.empty();
    if (maximum.isPresent() && maximum.getAsLong() < minimum) {
      throw in.malformed("a maximum is smaller than its minimum");
    }
    return new Sizes(minimum, maximum);
  }

  private void exports(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final String name = in.name();
      final Kind kind = kind(in);
      final Export export =
          new Export(
              kind,
              switch (kind) {
                case FUNCTION -> in.index(functions.size(), "function");
                case TABLE -> in.index(shape().tables(), "table");
                case MEMORY -> in.index(shape().memories(), "memory");
                case GLOBAL -> in.index(shape().globals(), "global variable");
                case TAG -> throw in.unsupported("exceptions");
              });
      if (exports.put(name, export) != null) {
        throw in.malformed("two exports have one name");
      }
    }
  }

  private int start(final BinaryReader in) throws InvalidModuleException {
    final int function = in.index(functions.size(), "function");
    if (!functions.get(function).equals(FunctionType.METHOD)) {
      throw in.malformed("the start function has parameters or results");
    }
    return function;
  }
}
