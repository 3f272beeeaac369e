// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.Arrays;

/**
 * The instructions that a module may have: those of WebAssembly 2.0 without vectors (Core
 * Specification 2.0, 5.4). An instruction behind the prefix {@code 0xfc} has its number plus {@link
 * #PREFIXED}.
 */
final class Opcodes {
  static final int PREFIX = 0xfc;
  static final int PREFIXED = 0x100;
  private static final int COUNT = PREFIXED + 18;

  static final int UNREACHABLE = 0x00;
  static final int NOP = 0x01;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int ELSE = 0x05;
  static final int END = 0x0b;
  static final int BR = 0x0c;
  static final int BR_IF = 0x0d;
  static final int BR_TABLE = 0x0e;
  static final int RETURN = 0x0f;
  static final int CALL = 0x10;
  static final int CALL_INDIRECT = 0x11;
  static final int SELECT = 0x1b;
  static final int SELECT_TYPED = 0x1c;
  static final int LOCAL_GET = 0x20;
  static final int LOCAL_SET = 0x21;
  static final int LOCAL_TEE = 0x22;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int TABLE_SET = 0x26;
  static final int MEMORY_SIZE = 0x3f;
  static final int MEMORY_GROW = 0x40;
  static final int I32_CONST = 0x41;
  static final int I64_CONST = 0x42;
  static final int F32_CONST = 0x43;
  static final int F64_CONST = 0x44;
  static final int F32_COPYSIGN = 0x98;
  static final int F64_COPYSIGN = 0xa6;
  static final int REF_NULL = 0xd0;
  static final int REF_FUNC = 0xd2;
  static final int MEMORY_INIT = PREFIXED + 8;
  static final int DATA_DROP = PREFIXED + 9;
  static final int MEMORY_COPY = PREFIXED + 10;
  static final int MEMORY_FILL = PREFIXED + 11;
  static final int TABLE_INIT = PREFIXED + 12;
  static final int ELEM_DROP = PREFIXED + 13;
  static final int TABLE_COPY = PREFIXED + 14;
  static final int TABLE_GROW = PREFIXED + 15;
  static final int TABLE_FILL = PREFIXED + 17;

  /** What follows the number of an instruction. */
  enum Immediate {
    UNKNOWN,
    NONE,
    BLOCK_TYPE,
    LABEL,
    LABELS,
    FUNCTION,
    TYPE_TABLE,
    LOCAL,
    GLOBAL,
    TABLE,
    MEMORY_ARGUMENT,
    MEMORY,
    I32,
    I64,
    F32,
    F64,
    REFERENCE_TYPE,
    VALUE_TYPES,
    DATA_MEMORY,
    DATA,
    TWO_MEMORIES,
    ELEMENT_TABLE,
    ELEMENT,
    TWO_TABLES
  }

  private static final Immediate[] IMMEDIATES = new Immediate[COUNT];
  private static final int[] POPS = new int[COUNT];
  private static final int[] PUSHES = new int[COUNT];

  static {
    Arrays.fill(IMMEDIATES, Immediate.UNKNOWN);
    control();
    variables();
    memory();
    numbers();
    bulk();
  }

  private Opcodes() {}

  private static void control() {
    set(Immediate.NONE, 0, 0, UNREACHABLE, NOP, ELSE, END, RETURN);
    set(Immediate.BLOCK_TYPE, 0, 0, BLOCK, LOOP);
    set(Immediate.BLOCK_TYPE, 1, 0, IF);
    set(Immediate.LABEL, 0, 0, BR);
    set(Immediate.LABEL, 1, 0, BR_IF);
    set(Immediate.LABELS, 1, 0, BR_TABLE);
    set(Immediate.FUNCTION, 0, 0, CALL);
    set(Immediate.TYPE_TABLE, 1, 0, CALL_INDIRECT);
    set(Immediate.NONE, 1, 0, 0x1a);
    set(Immediate.NONE, 3, 1, SELECT);
    set(Immediate.VALUE_TYPES, 3, 1, SELECT_TYPED);
  }

  private static void variables() {
    set(Immediate.LOCAL, 0, 1, LOCAL_GET);
    set(Immediate.LOCAL, 1, 0, LOCAL_SET);
    set(Immediate.LOCAL, 1, 1, LOCAL_TEE);
    set(Immediate.GLOBAL, 0, 1, GLOBAL_GET);
    set(Immediate.GLOBAL, 1, 0, GLOBAL_SET);
    set(Immediate.TABLE, 1, 1, 0x25);
    set(Immediate.TABLE, 2, 0, TABLE_SET);
    set(Immediate.I32, 0, 1, I32_CONST);
    set(Immediate.I64, 0, 1, I64_CONST);
    set(Immediate.F32, 0, 1, F32_CONST);
    set(Immediate.F64, 0, 1, F64_CONST);
    set(Immediate.REFERENCE_TYPE, 0, 1, REF_NULL);
    set(Immediate.NONE, 1, 1, 0xd1);
    set(Immediate.FUNCTION, 0, 1, REF_FUNC);
  }

  private static void memory() {
    range(Immediate.MEMORY_ARGUMENT, 1, 1, 0x28, 0x35);
    range(Immediate.MEMORY_ARGUMENT, 2, 0, 0x36, 0x3e);
    set(Immediate.MEMORY, 0, 1, MEMORY_SIZE);
    set(Immediate.MEMORY, 1, 1, MEMORY_GROW);
  }

  private static void numbers() {
    range(Immediate.NONE, 2, 1, 0x45, 0xa6);
    set(Immediate.NONE, 1, 1, 0x45, 0x50);
    range(Immediate.NONE, 1, 1, 0x67, 0x69);
    range(Immediate.NONE, 1, 1, 0x79, 0x7b);
    range(Immediate.NONE, 1, 1, 0x8b, 0x91);
    range(Immediate.NONE, 1, 1, 0x99, 0x9f);
    range(Immediate.NONE, 1, 1, 0xa7, 0xc4);
    range(Immediate.NONE, 1, 1, PREFIXED, PREFIXED + 7);
  }

  private static void bulk() {
    set(Immediate.DATA_MEMORY, 3, 0, MEMORY_INIT);
    set(Immediate.DATA, 0, 0, DATA_DROP);
    set(Immediate.TWO_MEMORIES, 3, 0, MEMORY_COPY);
    set(Immediate.MEMORY, 3, 0, MEMORY_FILL);
    set(Immediate.ELEMENT_TABLE, 3, 0, TABLE_INIT);
    set(Immediate.ELEMENT, 0, 0, ELEM_DROP);
    set(Immediate.TWO_TABLES, 3, 0, TABLE_COPY);
    set(Immediate.TABLE, 2, 1, TABLE_GROW);
    set(Immediate.TABLE, 0, 1, PREFIXED + 16);
    set(Immediate.TABLE, 3, 0, TABLE_FILL);
  }

  private static void set(
      final Immediate immediate, final int pops, final int pushes, final int... opcodes) {
    for (final int opcode : opcodes) {
      IMMEDIATES[opcode] = immediate;
      POPS[opcode] = pops;
      PUSHES[opcode] = pushes;
    }
  }

  private static void range(
      final Immediate immediate,
      final int pops,
      final int pushes,
      final int first,
      final int last) {
    for (int opcode = first; opcode <= last; opcode++) {
      set(immediate, pops, pushes, opcode);
    }
  }

  /** What follows the instruction; unknown if there is no such instruction here. */
  static Immediate immediate(final int opcode) {
    return opcode < COUNT ? IMMEDIATES[opcode] : Immediate.UNKNOWN;
  }

  /** How many values the instruction takes, besides what its type or label says. */
  static int pops(final int opcode) {
    return POPS[opcode];
  }

  /** How many values the instruction leaves, besides what its type or label says. */
  static int pushes(final int opcode) {
    return PUSHES[opcode];
  }

  /** Whether the instruction only computes: it neither branches, nor writes, nor calls. */
  static boolean isPure(final int opcode) {
    return opcode == LOCAL_GET
        || opcode == GLOBAL_GET
        || (opcode >= 0x28 && opcode <= 0x35)
        || (opcode >= I32_CONST && opcode <= 0xc4)
        || (opcode >= PREFIXED && opcode <= PREFIXED + 7);
  }

  /** Whether the result is a 32-bit float whose bits the specification leaves open if a NaN. */
  static boolean makesFloat(final int opcode) {
    return (opcode >= 0x8d && opcode <= 0x97) || opcode == 0xb6;
  }

  /** Whether the result is a 64-bit float whose bits the specification leaves open if a NaN. */
  static boolean makesDouble(final int opcode) {
    return (opcode >= 0x9b && opcode <= 0x9f)
        || (opcode >= 0xa0 && opcode <= 0xa5)
        || opcode == 0xbb;
  }

  /** Whether the instruction takes floats and its result does not tell one NaN from another. */
  static boolean hidesNans(final int opcode) {
    return makesFloat(opcode)
        || makesDouble(opcode)
        || (opcode >= 0x5b && opcode <= 0x66)
        || (opcode >= 0xa8 && opcode <= 0xab)
        || (opcode >= 0xae && opcode <= 0xb1)
        || (opcode >= PREFIXED && opcode <= PREFIXED + 7);
  }

  /** The feature of WebAssembly that an instruction belongs to which is not offered. */
  static String feature(final int opcode) {
    return switch (opcode) {
      case 0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f -> "exceptions";
      case 0x12, 0x13 -> "tail calls";
      case 0x14, 0x15, 0xd3, 0xd4, 0xd5, 0xd6 -> "typed function references";
      case 0xfb -> "garbage collection";
      case 0xfd -> "SIMD (vectors)";
      case 0xfe -> "threads (atomic instructions)";
      default -> "an unknown instruction";
    };
  }
}
