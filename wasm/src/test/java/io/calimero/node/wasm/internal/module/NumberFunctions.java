// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.ArrayList;
import java.util.List;

/**
 * A module with a function for each instruction that makes a number of numbers. Floats pass in and
 * out as their bits, so that no engine has a chance to change them on the way.
 */
final class NumberFunctions {
  /** First and last instruction, what they take, what they make. */
  private static final String[] SIGNATURES = {
    "45 45 i i", "46 4f ii i", "50 50 l i", "51 5a ll i", "5b 60 ff i", "61 66 dd i", "67 69 i i",
    "6a 78 ii i", "79 7b l l", "7c 8a ll l", "8b 91 f f", "92 98 ff f", "99 9f d d", "a0 a6 dd d",
    "a7 a7 l i", "a8 a9 f i", "aa ab d i", "ac ad i l", "ae af f l", "b0 b1 d l", "b2 b3 i f",
    "b4 b5 l f", "b6 b6 d f", "b7 b8 i d", "b9 ba l d", "bb bb f d", "bc bc f i", "bd bd d l",
    "be be i f", "bf bf l d", "c0 c1 i i", "c2 c4 l l", "100 101 f i", "102 103 d i", "104 105 f l",
    "106 107 d l"
  };

  private static final int FLOAT_AS_BITS = 0xbc;
  private static final int DOUBLE_AS_BITS = 0xbd;
  private static final int BITS_AS_FLOAT = 0xbe;
  private static final int BITS_AS_DOUBLE = 0xbf;

  private NumberFunctions() {}

  /** An instruction, with the letters of what it takes and makes. */
  record Function(int opcode, String takes, char makes) {
    String name() {
      return "0x" + Integer.toHexString(opcode);
    }

    boolean makesFloats() {
      return makes == 'f' || makes == 'd';
    }

    /** The type of the function, whose floats are bits. */
    private FunctionType type() {
      return FunctionType.of(bits(takes), bits(String.valueOf(makes)));
    }

    private static String bits(final String letters) {
      return letters.replace('f', 'i').replace('d', 'l');
    }
  }

  /** All of them. */
  static List<Function> list() {
    final List<Function> list = new ArrayList<>();
    for (final String signature : SIGNATURES) {
      final String[] parts = signature.split(" ", -1);
      for (int opcode = Integer.parseInt(parts[0], 16);
          opcode <= Integer.parseInt(parts[1], 16);
          opcode++) {
        list.add(new Function(opcode, parts[2], parts[3].charAt(0)));
      }
    }
    return list;
  }

  /** A module where each takes its numbers from its parameters. */
  static byte[] module(final List<Function> functions) {
    return module(functions, List.of());
  }

  /**
   * A module where each takes its numbers from its parameters, or, if there are any, from constants
   * in its code: the k-th from the k-th.
   */
  static byte[] module(final List<Function> functions, final List<long[]> constants) {
    final TypeTable types = new TypeTable(List.of());
    final BinaryWriter own = new BinaryWriter(64).u32(functions.size());
    final BinaryWriter exports = new BinaryWriter(64).u32(functions.size());
    final BinaryWriter code = new BinaryWriter(1024).u32(functions.size());
    for (int i = 0; i < functions.size(); i++) {
      final Function function = functions.get(i);
      final FunctionType type = function.type();
      own.u32(types.number(constants.isEmpty() ? type : FunctionType.of("", type.results())));
      exports.name(constants.isEmpty() ? function.name() : "c" + i).u8(0).u32(i);
      final BinaryWriter body = new BinaryWriter(32).u32(0);
      for (int k = 0; k < function.takes.length(); k++) {
        if (constants.isEmpty()) {
          new Emitter(body).localGet(k);
        } else if (function.takes.charAt(k) == 'i' || function.takes.charAt(k) == 'f') {
          new Emitter(body).i32((int) constants.get(i)[k]);
        } else {
          new Emitter(body).i64(constants.get(i)[k]);
        }
        switch (function.takes.charAt(k)) {
          case 'f' -> body.u8(BITS_AS_FLOAT);
          case 'd' -> body.u8(BITS_AS_DOUBLE);
          default -> {}
        }
      }
      instruction(body, function.opcode);
      switch (function.makes) {
        case 'f' -> body.u8(FLOAT_AS_BITS);
        case 'd' -> body.u8(DOUBLE_AS_BITS);
        default -> {}
      }
      body.u8(Opcodes.END);
      code.u32(body.size()).all(body);
    }
    return new BinaryWriter(4096)
        .raw(ModuleParser.MAGIC)
        .section(ModuleParser.TYPE, types.write())
        .section(ModuleParser.FUNCTION, own)
        .section(ModuleParser.EXPORT, exports)
        .section(ModuleParser.CODE, code)
        .toByteArray();
  }

  private static void instruction(final BinaryWriter body, final int opcode) {
    if (opcode >= Opcodes.PREFIXED) {
      body.u8(Opcodes.PREFIX).u32(opcode - Opcodes.PREFIXED);
    } else {
      body.u8(opcode);
    }
  }
}
