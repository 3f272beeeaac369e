// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.internal.module.FunctionWriter.Globals;
import io.calimero.node.wasm.internal.module.ParsedModule.Constant;
import io.calimero.node.wasm.internal.module.ParsedModule.Data;
import io.calimero.node.wasm.internal.module.ParsedModule.Global;
import java.util.List;

/**
 * The functions that are added to a module for the host.
 *
 * <p>The first begins a call. It sets what the call has of gas and stack, and copies the data into
 * the memory. In an instance that has served a call it first sets the memory to zero and every
 * mutable global variable to what it was at first. That is all that can have changed, as a module
 * that changes tables or drops segments is not used again, nor an instance whose memory has grown.
 *
 * <p>The second takes gas and returns what is left.
 */
final class EntryPoints {
  /** How many they are. */
  static final int COUNT = 2;

  private static final FunctionType BEGIN = FunctionType.of("il", "");
  private static final FunctionType CHARGE = FunctionType.of("l", "l");
  private static final int PAGE_SHIFT = 16;

  private final ParsedModule module;
  private final Globals globals;
  private final boolean reusable;

  EntryPoints(final ParsedModule module, final Globals globals, final boolean reusable) {
    this.module = module;
    this.globals = globals;
    this.reusable = reusable;
  }

  /** The numbers of their types. */
  List<Integer> types(final TypeTable table) {
    return List.of(table.number(BEGIN), table.number(CHARGE));
  }

  /** Their bodies. */
  BinaryWriter code() {
    final BinaryWriter out = new BinaryWriter(256);
    for (final BinaryWriter body : List.of(begin(), charge())) {
      out.u32(body.size()).all(body);
    }
    return out;
  }

  private BinaryWriter begin() {
    final BinaryWriter out = new BinaryWriter(256).u32(0);
    final Emitter emit = new Emitter(out);
    emit.localGet(1).globalSet(globals.gas());
    emit.i32(Rules.STACK).globalSet(globals.stack());
    if (reusable) {
      emit.localGet(0).beginIf();
      emit.i32(0).i32(0).memorySize().i32(PAGE_SHIFT).shiftLeft32().memoryFill();
      restoreGlobals(out, emit);
      emit.end();
      copyData(out, emit);
    }
    emit.end();
    return out;
  }

  private void restoreGlobals(final BinaryWriter out, final Emitter emit) {
    for (int i = 0; i < module.globals().size(); i++) {
      final Global global = module.globals().get(i);
      if (global.mutable()) {
        constant(out, global.initial());
        emit.globalSet(i);
      }
    }
  }

  private void copyData(final BinaryWriter out, final Emitter emit) {
    for (int i = 0; i < module.data().size(); i++) {
      final Data segment = module.data().get(i);
      if (segment.place().isPresent()) {
        constant(out, segment.place().get());
        emit.i32(0).i32(segment.length()).memoryInit(i);
      }
    }
  }

  private void constant(final BinaryWriter out, final Constant constant) {
    out.raw(module.bytes().unsafeArray(), constant.offset(), constant.length());
  }

  private BinaryWriter charge() {
    final BinaryWriter out = new BinaryWriter(16).u32(0);
    final Emitter emit = new Emitter(out);
    emit.globalGet(globals.gas()).localGet(0).sub64().globalSet(globals.gas());
    emit.globalGet(globals.gas()).end();
    return out;
  }
}
