// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.internal.module.ParsedModule.Constant;
import io.calimero.node.wasm.internal.module.ParsedModule.Data;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the segments of tables and memory, and constant expressions. */
final class SegmentReader {
  private final ModuleShape module;

  SegmentReader(final ModuleShape module) {
    this.module = module;
  }

  /** Checks the elements of tables (5.5.12). */
  void read(final BinaryReader in) throws InvalidModuleException {
    for (int count = in.count(); count > 0; count--) {
      final long form = in.u32();
      if (form > 7) {
        throw in.malformed("there is no form " + form + " of elements");
      }
      final boolean active = (form & 1) == 0;
      final boolean explicit = (form & 2) != 0;
      final boolean expressions = (form & 4) != 0;
      if (active) {
        if (explicit) {
          in.index(module.tables(), "table");
        }
        constant(in);
      }
      if (!active || explicit) {
        if (expressions) {
          ModuleParser.reference(in);
        } else if (in.u8() != 0) {
          throw in.malformed("there is no such kind of elements");
        }
      }
      for (int elements = in.count(); elements > 0; elements--) {
        if (expressions) {
          constant(in);
        } else {
          in.index(module.functions(), "function");
        }
      }
    }
  }

  /** The data (5.5.14). */
  List<Data> data(final BinaryReader in) throws InvalidModuleException {
    final List<Data> segments = new ArrayList<>();
    for (int count = in.count(); count > 0; count--) {
      final long form = in.u32();
      if (form > 2) {
        throw in.malformed("there is no form " + form + " of data");
      }
      if (form == 2) {
        in.index(module.memories(), "memory");
      }
      final Optional<Constant> place = form == 1 ? Optional.empty() : Optional.of(constant(in));
      final int length = in.count();
      segments.add(new Data(place, in.position(), length));
      in.skip(length);
    }
    return segments;
  }

  /** A constant expression (3.3.8), with the arithmetic that later versions allow. */
  Constant constant(final BinaryReader in) throws InvalidModuleException {
    final int offset = in.position();
    int instructions = 0;
    boolean simple = true;
    for (int opcode = in.u8(); opcode != Opcodes.END; opcode = in.u8()) {
      instructions++;
      switch (opcode) {
        case Opcodes.I32_CONST -> in.signed(32);
        case Opcodes.I64_CONST -> in.signed(64);
        case Opcodes.F32_CONST -> in.take(4);
        case Opcodes.F64_CONST -> in.take(8);
        case Opcodes.REF_NULL -> ModuleParser.reference(in);
        case Opcodes.REF_FUNC -> in.index(module.functions(), "function");
        case Opcodes.GLOBAL_GET -> {
          in.index(module.globals(), "global variable");
          simple = false;
        }
        case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> simple = false;
        case 0xfd -> throw in.unsupported("SIMD (a vector, at byte " + (in.position() - 1) + ")");
        default -> throw in.malformed("a constant is computed");
      }
    }
    return new Constant(offset, in.position() - 1 - offset, simple && instructions == 1);
  }
}
