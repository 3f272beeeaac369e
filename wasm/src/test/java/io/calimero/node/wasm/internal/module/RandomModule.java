// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes valid modules from a seed: structured control with branches out of it, calls direct and
 * through a table, recursion, loops that only gas ends, numbers of all four types with every kind
 * of NaN, memory that is read, written, filled, copied and grown, global variables, host functions,
 * and traps. Each method returns a piece of the memory, so that the bits of what was computed can
 * be seen.
 */
public final class RandomModule {
  /** How many methods a module has, named {@code m0}, {@code m1} and so on. */
  public static final int METHODS = 3;

  private static final String ALL = "ilfd";
  private static final String INTEGERS = "il";
  private static final int FUNCTIONS = 5;
  private static final int GLOBALS = 6;
  private static final int TABLE = 8;

  private static final String[] HOST = {
    "storage_write", "lllll", "i",
    "storage_read", "lll", "i",
    "value_return", "lll", "",
    "emit", "llll", "",
    "time_now", "ll", "",
    "random_bytes", "ll", "",
    "read_register", "lll", "i",
  };
  private static final int IMPORTS = HOST.length / 3;

  private final Random random;
  private final int count;
  private final boolean plain;
  private final String numbers;
  private final List<FunctionType> types = new ArrayList<>();
  private final List<FunctionType> functions = new ArrayList<>();
  private BinaryWriter out = new BinaryWriter(256);
  private FunctionType current = FunctionType.METHOD;
  private String locals = "";
  private final List<String> labels = new ArrayList<>();
  private int budget;

  private RandomModule(final long seed, final boolean plain, final int count) {
    random = new Random(seed);
    this.count = count;
    this.plain = plain;
    numbers = plain ? INTEGERS : ALL;
  }

  /**
   * A module.
   *
   * @param seed from what
   * @param plain whether to leave out floats, and what costs more than its instructions: variables,
   *     memory that grows, bulk operations
   */
  public static Bytes of(final long seed, final boolean plain) {
    return Bytes.wrap(new RandomModule(seed, plain, FUNCTIONS).module());
  }

  /** A module with that many functions, of some 140 bytes each. */
  public static Bytes large(final long seed, final int count) {
    return Bytes.wrap(new RandomModule(seed, false, count).module());
  }

  private byte[] module() {
    for (int i = 0; i < IMPORTS; i++) {
      functions.add(FunctionType.of(HOST[3 * i + 1], HOST[3 * i + 2]));
    }
    for (int i = 0; i < METHODS; i++) {
      functions.add(FunctionType.METHOD);
    }
    for (int i = 0; i < count; i++) {
      functions.add(FunctionType.of(letters(3), letters(random.nextInt(4) == 0 ? 2 : 1)));
    }
    functions.forEach(this::type);
    final BinaryWriter code = code();
    final BinaryWriter module = new BinaryWriter(4096).raw(ModuleParser.MAGIC);
    module.section(ModuleParser.TYPE, typeSection());
    module.section(ModuleParser.IMPORT, imports());
    final BinaryWriter own = new BinaryWriter(16).u32(METHODS + count);
    functions.stream().skip(IMPORTS).forEach(type -> own.u32(type(type)));
    module.section(ModuleParser.FUNCTION, own);
    module.section(ModuleParser.TABLE, new BinaryWriter(8).u32(1).u8(0x70).u8(0).u32(TABLE));
    module.section(ModuleParser.MEMORY, new BinaryWriter(8).u32(1).u8(0).u32(1));
    module.section(ModuleParser.GLOBAL, globals());
    module.section(ModuleParser.EXPORT, exports());
    module.section(ModuleParser.ELEMENT, elements());
    module.section(ModuleParser.CODE, code);
    module.section(ModuleParser.DATA, data());
    return module.toByteArray();
  }

  private String letters(final int most) {
    final StringBuilder text = new StringBuilder();
    for (int count = random.nextInt(most + 1); count > 0; count--) {
      text.append(number());
    }
    return text.toString();
  }

  private char number() {
    return numbers.charAt(random.nextInt(numbers.length()));
  }

  private int type(final FunctionType type) {
    if (!types.contains(type)) {
      types.add(type);
    }
    return types.indexOf(type);
  }

  private BinaryWriter typeSection() {
    return new TypeTable(types).write();
  }

  private BinaryWriter imports() {
    final BinaryWriter content = new BinaryWriter(256).u32(IMPORTS);
    for (int i = 0; i < IMPORTS; i++) {
      content.name("env").name(HOST[3 * i]).u8(0).u32(type(functions.get(i)));
    }
    return content;
  }

  private BinaryWriter globals() {
    final BinaryWriter content = new BinaryWriter(64).u32(GLOBALS);
    out = content;
    for (int i = 0; i < GLOBALS; i++) {
      content.u8(FunctionType.code(globalType(i))).u8(1);
      constant(globalType(i));
      content.u8(Opcodes.END);
    }
    return content;
  }

  private char globalType(final int global) {
    return numbers.charAt(global % numbers.length());
  }

  private static BinaryWriter exports() {
    final BinaryWriter content = new BinaryWriter(64).u32(METHODS + 1);
    content.name("memory").u8(2).u32(0);
    for (int i = 0; i < METHODS; i++) {
      content.name("m" + i).u8(0).u32(IMPORTS + i);
    }
    return content;
  }

  /** Some functions; the last places of the table stay empty. */
  private BinaryWriter elements() {
    final BinaryWriter content = new BinaryWriter(32).u32(1).u32(0);
    new Emitter(content).i32(0).end();
    content.u32(TABLE - 2);
    for (int i = 0; i < TABLE - 2; i++) {
      content.u32(IMPORTS + METHODS + random.nextInt(count));
    }
    return content;
  }

  private BinaryWriter data() {
    final byte[] bytes = new byte[200];
    random.nextBytes(bytes);
    final BinaryWriter content = new BinaryWriter(256).u32(2).u8(0);
    new Emitter(content).i32(16).end();
    content.u32(100).raw(bytes, 0, 100).u8(0);
    new Emitter(content).i32(4000).end();
    return content.u32(100).raw(bytes, 100, 100);
  }

  private BinaryWriter code() {
    final BinaryWriter content = new BinaryWriter(2048).u32(METHODS + count);
    for (int i = IMPORTS; i < functions.size(); i++) {
      final BinaryWriter body = body(i);
      content.u32(body.size()).all(body);
    }
    return content;
  }

  private BinaryWriter body(final int function) {
    current = functions.get(function);
    final String declared = plain ? "" : letters(5);
    locals = current.parameters() + declared;
    final BinaryWriter body = new BinaryWriter(256).u32(declared.length());
    declared.chars().forEach(letter -> body.u32(1).u8(FunctionType.code((char) letter)));
    out = new BinaryWriter(256);
    labels.clear();
    labels.add(current.results());
    budget = 30 + random.nextInt(120);
    statements(1 + random.nextInt(6), 4);
    if (function < IMPORTS + METHODS) {
      // What was computed becomes visible
      emit().i64(0).i64(8L * random.nextInt(8)).i64(160);
      out.u8(Opcodes.CALL).u32(2);
    }
    current.results().chars().forEach(letter -> value((char) letter, 3));
    out.u8(Opcodes.END);
    return body.all(out);
  }

  private Emitter emit() {
    return new Emitter(out);
  }

  private void statements(final int count, final int depth) {
    for (int i = 0; i < count; i++) {
      statement(depth);
    }
  }

  private void statement(final int depth) {
    budget--;
    if (budget < 0 || depth <= 0) {
      out.u8(Opcodes.NOP);
      return;
    }
    switch (random.nextInt(22)) {
      case 0, 1, 2 -> setLocal(depth);
      case 3, 4 -> {
        final int global = random.nextInt(GLOBALS);
        value(globalType(global), depth - 1);
        emit().globalSet(global);
      }
      case 5, 6, 7, 8 -> store(depth);
      case 9, 10 -> conditional(depth);
      case 11 -> block(Opcodes.BLOCK, "", () -> statements(1 + random.nextInt(3), depth - 1));
      case 12, 13 -> loop(depth);
      case 14 -> branchIf(depth);
      case 15 -> call(depth);
      case 16 -> host();
      case 17 -> switchOut(depth);
      case 18 -> bulk(depth);
      case 19 -> leave(depth);
      case 20 -> {
        if (random.nextInt(12) == 0) {
          out.u8(Opcodes.UNREACHABLE);
        }
      }
      default -> {
        value(number(), depth);
        out.u8(0x1a);
      }
    }
  }

  private void setLocal(final int depth) {
    if (locals.isEmpty()) {
      out.u8(Opcodes.NOP);
      return;
    }
    final int local = random.nextInt(locals.length());
    value(locals.charAt(local), depth - 1);
    emit().localSet(local);
  }

  private void block(final int opcode, final String results, final Runnable content) {
    out.u8(opcode);
    switch (results.length()) {
      case 0 -> out.u8(0x40);
      case 1 -> out.u8(FunctionType.code(results.charAt(0)));
      default -> throw new IllegalArgumentException(results);
    }
    // A branch to a loop goes to its head and takes nothing along
    labels.add(opcode == Opcodes.LOOP ? "" : results);
    content.run();
    labels.removeLast();
    out.u8(Opcodes.END);
  }

  private void conditional(final int depth) {
    value('i', depth - 1);
    block(
        Opcodes.IF,
        "",
        () -> {
          statements(1 + random.nextInt(2), depth - 1);
          if (random.nextBoolean()) {
            out.u8(Opcodes.ELSE);
            statements(1 + random.nextInt(2), depth - 1);
          }
        });
  }

  /** Ends by chance, by counting in a global variable, or never. */
  private void loop(final int depth) {
    block(
        Opcodes.LOOP,
        "",
        () -> {
          statements(1 + random.nextInt(3), depth - 1);
          if (random.nextInt(3) > 0) {
            emit().globalGet(0).i32(1 + random.nextInt(1 << 24)).add32().globalSet(0);
            emit().globalGet(0).i32(0).less32();
          } else {
            value('i', depth - 1);
          }
          out.u8(Opcodes.BR_IF).u32(0);
        });
  }

  private int label() {
    return random.nextInt(labels.size());
  }

  private String results(final int label) {
    return labels.get(labels.size() - 1 - label);
  }

  private void branchIf(final int depth) {
    final int label = label();
    if (results(label).isEmpty()) {
      value('i', depth - 1);
      out.u8(Opcodes.BR_IF).u32(label);
    }
  }

  private void switchOut(final int depth) {
    block(
        Opcodes.BLOCK,
        "",
        () ->
            block(
                Opcodes.BLOCK,
                "",
                () -> {
                  statements(1, depth - 1);
                  value('i', depth - 1);
                  out.u8(Opcodes.BR_TABLE).u32(3).u32(0).u32(1).u32(0).u32(random.nextInt(2));
                }));
  }

  private void leave(final int depth) {
    if (random.nextInt(6) > 0) {
      return;
    }
    value('i', depth - 1);
    block(
        Opcodes.IF,
        "",
        () -> {
          final int label = label();
          if (random.nextBoolean()) {
            current.results().chars().forEach(letter -> value((char) letter, depth - 1));
            out.u8(Opcodes.RETURN);
          } else {
            results(label).chars().forEach(letter -> value((char) letter, depth - 1));
            out.u8(Opcodes.BR).u32(label);
          }
          // Never run, and must not matter
          out.u8(Opcodes.RETURN);
        });
  }

  private void call(final int depth) {
    final int function = IMPORTS + random.nextInt(functions.size() - IMPORTS);
    final FunctionType type = functions.get(function);
    type.parameters().chars().forEach(letter -> value((char) letter, depth - 1));
    if (random.nextBoolean() || function < IMPORTS + METHODS) {
      out.u8(Opcodes.CALL).u32(function);
    } else {
      // Now and then beyond the table, to its empty places, or to another type
      emit().i32(random.nextInt(4) > 0 ? random.nextInt(TABLE - 2) : random.nextInt(TABLE + 1));
      out.u8(Opcodes.CALL_INDIRECT).u32(type(type)).u32(0);
    }
    type.results().chars().forEach(letter -> out.u8(0x1a));
  }

  private void host() {
    switch (random.nextInt(5)) {
      case 0 -> {
        emit().i64(random.nextInt(40)).i64(4).i64(16).i64(random.nextInt(200)).i64(1);
        out.u8(Opcodes.CALL).u32(0).u8(0x1a);
      }
      case 1 -> {
        emit().i64(random.nextInt(40)).i64(4).i64(1);
        out.u8(Opcodes.CALL).u32(1).u8(0x1a);
      }
      case 2 -> {
        emit().i64(100).i64(0).i64(random.nextInt(100)).i64(random.nextInt(60));
        out.u8(Opcodes.CALL).u32(3);
      }
      case 3 -> {
        emit().i64(random.nextInt(100)).i64(random.nextInt(6) == 0 ? 7 : 8);
        out.u8(Opcodes.CALL).u32(4);
      }
      default -> {
        emit().i64(random.nextInt(100)).i64(random.nextInt(50));
        out.u8(Opcodes.CALL).u32(5);
      }
    }
  }

  private void bulk(final int depth) {
    if (plain) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        emit().i32(random.nextInt(2000));
        value('i', depth - 1);
        emit().i32(random.nextInt(500)).memoryFill();
      }
      case 1 -> {
        emit().i32(random.nextInt(2000)).i32(random.nextInt(2000)).i32(random.nextInt(800));
        out.u8(Opcodes.PREFIX).u32(10).u8(0).u8(0);
      }
      case 2 -> {
        emit().i32(random.nextInt(4));
        out.u8(Opcodes.MEMORY_GROW).u8(0).u8(0x1a);
      }
      default -> {
        emit().i32(random.nextInt(TABLE)).i32(random.nextInt(TABLE)).i32(random.nextInt(4));
        out.u8(Opcodes.PREFIX).u32(14).u8(0).u8(0);
      }
    }
  }

  /** An address, mostly within the memory. */
  private void address(final int depth) {
    if (random.nextInt(40) == 0) {
      value('i', depth - 1);
    } else if (random.nextInt(3) == 0) {
      value('i', depth - 1);
      emit().i32(0xfff);
      out.u8(0x71);
    } else {
      emit().i32(random.nextInt(200));
    }
  }

  private void argument() {
    out.u32(0).u32(random.nextInt(3) == 0 ? random.nextInt(64) : 0);
  }

  private void store(final int depth) {
    final char type = number();
    address(depth);
    value(type, depth - 1);
    out.u8(
        switch (type) {
          case 'i' -> pick(0x36, 0x3a, 0x3b);
          case 'l' -> pick(0x37, 0x3c, 0x3d, 0x3e);
          case 'f' -> 0x38;
          default -> 0x39;
        });
    argument();
  }

  private int pick(final int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private int between(final int first, final int last) {
    return first + random.nextInt(last - first + 1);
  }

  private void value(final char type, final int depth) {
    budget--;
    if (depth <= 0 || budget < 0) {
      leaf(type);
      return;
    }
    switch (random.nextInt(16)) {
      case 0, 1 -> leaf(type);
      case 2 -> {
        value(type, depth - 1);
        value(type, depth - 1);
        value('i', depth - 1);
        out.u8(Opcodes.SELECT);
      }
      case 3 -> {
        value('i', depth - 1);
        block(
            Opcodes.IF,
            String.valueOf(type),
            () -> {
              value(type, depth - 1);
              out.u8(Opcodes.ELSE);
              value(type, depth - 1);
            });
      }
      case 4 ->
          block(
              random.nextBoolean() ? Opcodes.BLOCK : Opcodes.LOOP,
              String.valueOf(type),
              () -> {
                statements(1, depth - 1);
                value(type, depth - 1);
              });
      case 5 -> load(type, depth);
      case 6, 7, 8 -> convert(type, depth);
      default -> arithmetic(type, depth);
    }
  }

  private void leaf(final char type) {
    final int local = locals.indexOf(type, random.nextInt(locals.length() + 1));
    if (local >= 0 && random.nextBoolean()) {
      emit().localGet(local);
    } else if (random.nextInt(3) == 0) {
      emit().globalGet("ilfd".indexOf(type));
    } else {
      constant(type);
    }
  }

  private static final int[] FLOATS = {
    0,
    0x80000000,
    0x3f800000,
    0xbf800000,
    0x7f800000,
    0xff800000,
    0x7fc00000,
    0xffc00000,
    0x7f800001,
    0xffa12345,
    0x7fffffff,
    0x00000001,
    0x4f000000,
    0xcf000001,
    0x5f000000
  };

  private void constant(final char type) {
    switch (type) {
      case 'i' -> emit().i32(random.nextBoolean() ? random.nextInt(64) - 8 : random.nextInt());
      case 'l' -> emit().i64(random.nextBoolean() ? random.nextInt(64) - 8 : random.nextLong());
      case 'f' -> {
        final int bits =
            random.nextInt(3) == 0 ? random.nextInt() : FLOATS[random.nextInt(FLOATS.length)];
        out.u8(Opcodes.F32_CONST);
        little(bits, 4);
      }
      default -> {
        final long float64 =
            switch (random.nextInt(4)) {
              case 0 -> random.nextLong();
              case 1 -> 0x7ff0000000000000L | random.nextLong();
              case 2 -> Double.doubleToRawLongBits(random.nextInt(100) - 50);
              default -> (long) FLOATS[random.nextInt(FLOATS.length)] << 32;
            };
        out.u8(Opcodes.F64_CONST);
        little(float64, 8);
      }
    }
  }

  private void little(final long bits, final int length) {
    for (int i = 0; i < length; i++) {
      out.u8((int) (bits >>> (8 * i)) & 0xff);
    }
  }

  private void load(final char type, final int depth) {
    address(depth);
    out.u8(
        switch (type) {
          case 'i' -> pick(0x28, 0x2c, 0x2d, 0x2e, 0x2f);
          case 'l' -> pick(0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35);
          case 'f' -> 0x2a;
          default -> 0x2b;
        });
    argument();
  }

  private void arithmetic(final char type, final int depth) {
    final boolean unary = random.nextInt(3) == 0;
    value(type, depth - 1);
    if (!unary) {
      value(type, depth - 1);
    }
    out.u8(
        switch (type) {
          case 'i' -> unary ? pick(0x67, 0x68, 0x69, 0x45, 0xc0, 0xc1) : integer(0x6a);
          case 'l' -> unary ? pick(0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4) : integer(0x7c);
          case 'f' -> unary ? between(0x8b, 0x91) : between(0x92, 0x98);
          default -> unary ? between(0x99, 0x9f) : between(0xa0, 0xa6);
        });
  }

  /** Divisions, which may trap, less often than the rest. */
  private int integer(final int first) {
    final int opcode = between(first, first + 14);
    final boolean division = opcode >= first + 3 && opcode <= first + 6;
    return division && random.nextInt(4) > 0 ? first : opcode;
  }

  private void convert(final char type, final int depth) {
    final char from = number();
    value(from, depth - 1);
    switch (type) {
      case 'i' -> {
        switch (from) {
          case 'i' -> out.u8(0x45);
          case 'l' -> out.u8(pick(0xa7, 0x50));
          case 'f' -> saturated(0, 0xa8, 0xbc);
          default -> {
            value('d', depth - 1);
            out.u8(between(0x61, 0x66));
          }
        }
      }
      case 'l' -> {
        switch (from) {
          case 'i' -> out.u8(pick(0xac, 0xad));
          case 'l' -> out.u8(0x79);
          case 'f' -> saturated(4, 0xae, -1);
          default -> saturated(6, 0xb0, 0xbd);
        }
      }
      case 'f' ->
          out.u8(
              switch (from) {
                case 'i' -> pick(0xb2, 0xb3, 0xbe);
                case 'l' -> pick(0xb4, belowTwoTo63());
                case 'f' -> 0x8c;
                default -> 0xb6;
              });
      default ->
          out.u8(
              switch (from) {
                case 'i' -> pick(0xb7, 0xb8);
                case 'l' -> pick(0xb9, 0xba, 0xbf);
                case 'f' -> 0xbb;
                default -> 0x9a;
              });
    }
  }

  /**
   * An unsigned conversion of a number that is no negative one: Chicory 1.7.5 rounds those of 2^63
   * and more wrongly, such as 0x9ccc121c0ed28e7a.
   */
  private int belowTwoTo63() {
    emit().i64(1).shiftRight64();
    return 0xb5;
  }

  /** From a float to an integer: by saturation, by a trap now and then, or bit by bit. */
  private void saturated(final int saturating, final int trapping, final int bits) {
    final int choice = random.nextInt(6);
    if (choice == 0) {
      out.u8(trapping);
    } else if (choice < 4 && bits >= 0) {
      out.u8(bits);
    } else {
      out.u8(Opcodes.PREFIX).u32(saturating + random.nextInt(2));
    }
  }
}
