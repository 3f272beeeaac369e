// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import io.calimero.node.wasm.internal.module.Opcodes.Immediate;
import io.calimero.node.wasm.internal.module.ParsedModule.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the instructions of a function. Refuses those that are not offered, and every index that
 * names nothing in the module: what the rewriting adds must be out of the guest's reach.
 */
final class BodyReader {
  private final ModuleShape module;
  private final byte[] bytes;

  BodyReader(final ModuleShape module, final byte[] bytes) {
    this.module = module;
    this.bytes = bytes;
  }

  /** The instructions of the body, the last being its end. */
  List<Instruction> read(final Body body, final int function, final long locals)
      throws InvalidModuleException {
    final BinaryReader in = new BinaryReader(bytes, body.code(), body.offset() + body.length());
    final List<Instruction> instructions = new ArrayList<>(body.length() / 2);
    int depth = 1;
    while (depth > 0) {
      final Instruction next = next(in, function, locals, depth);
      switch (next.opcode()) {
        case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF -> depth++;
        case Opcodes.END -> depth--;
        default -> {}
      }
      instructions.add(next);
    }
    in.expectEnd();
    return instructions;
  }

  private Instruction next(
      final BinaryReader in, final int function, final long locals, final int depth)
      throws InvalidModuleException {
    final int offset = in.position();
    final int first = in.u8();
    int opcode = first;
    if (first == Opcodes.PREFIX) {
      opcode = (int) Math.min(Opcodes.PREFIXED + in.u32(), Integer.MAX_VALUE);
    } else if (first > Opcodes.PREFIX) {
      opcode = Integer.MAX_VALUE;
    }
    final Immediate immediate = Opcodes.immediate(opcode);
    if (immediate == Immediate.UNKNOWN) {
      throw refused(in, first, function, offset);
    }
    int index = 0;
    FunctionType type = FunctionType.METHOD;
    List<Integer> labels = List.of();
    switch (immediate) {
      case UNKNOWN, NONE -> {}
      case BLOCK_TYPE -> type = blockType(in);
      case LABEL -> index = in.index(depth, "label");
      case LABELS -> labels = labels(in, depth);
      case FUNCTION -> index = in.index(module.functions(), "function");
      case TYPE_TABLE -> {
        type = module.type(in);
        in.index(module.tables(), "table");
      }
      case LOCAL -> index = in.index((int) locals, "local variable");
      case GLOBAL -> index = in.index(module.globals(), "global variable");
      case MEMORY_ARGUMENT -> memoryArgument(in);
      case VALUE_TYPES -> {
        for (int count = in.count(); count > 0; count--) {
          ModuleParser.value(in);
        }
      }
      default -> constants(in, immediate);
    }
    return new Instruction(opcode, offset, in.position(), index, type, labels);
  }

  private void constants(final BinaryReader in, final Immediate immediate)
      throws InvalidModuleException {
    switch (immediate) {
      case I32 -> in.signed(32);
      case I64 -> in.signed(64);
      case F32 -> in.take(4);
      case F64 -> in.take(8);
      case REFERENCE_TYPE -> ModuleParser.reference(in);
      case TABLE -> in.index(module.tables(), "table");
      case MEMORY -> in.index(module.memories(), "memory");
      case DATA -> module.segment(in);
      case DATA_MEMORY -> {
        module.segment(in);
        in.index(module.memories(), "memory");
      }
      case TWO_MEMORIES -> {
        in.index(module.memories(), "memory");
        in.index(module.memories(), "memory");
      }
      case ELEMENT -> in.u32();
      case ELEMENT_TABLE -> {
        in.u32();
        in.index(module.tables(), "table");
      }
      case TWO_TABLES -> {
        in.index(module.tables(), "table");
        in.index(module.tables(), "table");
      }
      default -> throw new IllegalStateException(immediate.toString());
    }
  }

  private FunctionType blockType(final BinaryReader in) throws InvalidModuleException {
    final int first = in.peek();
    if (first == 0x40) {
      in.u8();
      return FunctionType.METHOD;
    }
    if ((first & 0xc0) == 0x40) {
      return FunctionType.of("", String.valueOf(ModuleParser.value(in)));
    }
    // A type's number, written as a signed one of 33 bits
    final long index = in.signed(33);
    return module.type(in, index);
  }

  private static List<Integer> labels(final BinaryReader in, final int depth)
      throws InvalidModuleException {
    final int count = in.count() + 1;
    final List<Integer> labels = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      labels.add(in.index(depth, "label"));
    }
    return labels;
  }

  private static void memoryArgument(final BinaryReader in) throws InvalidModuleException {
    if (in.u32() >= 32) {
      throw in.unsupported("more than one memory");
    }
    in.u32();
  }

  private static InvalidModuleException refused(
      final BinaryReader in, final int first, final int function, final int offset)
      throws InvalidModuleException {
    String feature = Opcodes.feature(first);
    String number = String.format(Locale.ROOT, "0x%02x", first);
    if (first >= Opcodes.PREFIX - 1 && first <= 0xfe) {
      // The number behind the prefix was read where the prefix is a known one
      final long second = first == Opcodes.PREFIX ? in.again(offset + 1).u32() : in.u32();
      number += String.format(Locale.ROOT, " 0x%02x", second);
      if (first == 0xfd && second >= 0x100) {
        feature = "relaxed SIMD";
      }
    }
    return new InvalidModuleException(
        Code.INVALID,
        "the WebAssembly module uses "
            + feature
            + ", which this node does not offer (instruction "
            + number
            + " in function "
            + function
            + " at byte "
            + offset
            + ")");
  }
}
