// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.internal.module.ParsedModule.Body;
import java.util.List;

/**
 * Writes one function anew: its own instructions, and between them those that charge gas, keep
 * count of the stack and make NaNs canonical. None of these touches the operand stack below it, so
 * that what was valid stays so.
 *
 * <p>Where a function has to do something when it ends, its instructions become a block, and a
 * {@code return} a branch to the end of that block, which is where a branch to the function's own
 * label goes too. In a function with loops the gas is kept in a local variable, as that is what
 * engines are quick with, and handed over to the global one where other functions see it.
 */
final class FunctionWriter {
  private final byte[] bytes;
  private final Rules rules;
  private final List<Instruction> instructions;
  private final FunctionAnalysis analysis;
  private final int gas;
  private final int stack;
  private final Scratch scratch;
  private final BinaryWriter out;
  private final Emitter emit;
  private final boolean gasInLocal;
  private int copied;
  private int depth;

  /** The variables that are added to a function, made when they are first asked for. */
  private static final class Scratch {
    private final StringBuilder types = new StringBuilder(4);
    private final int[] numbers = new int[6];
    private final int first;

    Scratch(final int first) {
      this.first = first;
    }

    int gas() {
      return number(0, 'l');
    }

    int stack() {
      return number(1, 'i');
    }

    int amount() {
      return number(2, 'i');
    }

    int ofFloat() {
      return number(3, 'f');
    }

    int ofDouble() {
      return number(4, 'd');
    }

    int result() {
      return number(5, 'i');
    }

    String types() {
      return types.toString();
    }

    private int number(final int which, final char type) {
      if (numbers[which] == 0) {
        types.append(type);
        numbers[which] = types.length();
      }
      return first + numbers[which] - 1;
    }
  }

  FunctionWriter(
      final byte[] bytes,
      final Rules rules,
      final List<Instruction> instructions,
      final FunctionAnalysis analysis,
      final Globals globals,
      final int firstScratch) {
    this.bytes = bytes;
    this.rules = rules;
    this.instructions = instructions;
    this.analysis = analysis;
    gas = globals.gas();
    stack = globals.stack();
    scratch = new Scratch(firstScratch);
    out = new BinaryWriter(instructions.size() * 4 + 64);
    emit = new Emitter(out);
    gasInLocal = rules.metered() && analysis.loops();
    copied = instructions.getFirst().offset();
  }

  /**
   * The numbers of the global variables that are added.
   *
   * @param gas how much gas is left
   * @param stack how much of the stack is left
   */
  record Globals(int gas, int stack) {}

  /**
   * The body, with its length.
   *
   * @param body where the function is
   * @param locals how many parameters and local variables it has
   * @param blockType the type of a block with the function's results, as it is written
   */
  byte[] write(final Body body, final long locals, final int blockType) {
    final int frame = rules.frame(locals, analysis.maxHeight());
    final boolean counted = analysis.calls() || !rules.leavesFree() || frame > Rules.LEAF_BYTES;
    final boolean wrapped = counted || gasInLocal;
    if (counted) {
      takeStack(frame);
    }
    if (gasInLocal) {
      emit.globalGet(gas).localSet(scratch.gas());
    }
    if (wrapped) {
      out.u8(Opcodes.BLOCK).signed(blockType);
    }
    for (int place = 0; place < instructions.size(); place++) {
      instruction(place, wrapped);
    }
    copy(instructions.getLast().end());
    if (gasInLocal) {
      emit.localGet(scratch.gas()).globalSet(gas);
    }
    if (counted) {
      emit.localGet(scratch.stack()).globalSet(stack);
    }
    if (wrapped) {
      emit.end();
    }
    return withLocals(body);
  }

  private void takeStack(final int frame) {
    final int before = scratch.stack();
    emit.globalGet(stack).localTee(before).i32(frame).sub32().globalSet(stack);
    emit.localGet(before).i32(frame).less32().beginIf().unreachable().end();
  }

  private void copy(final int until) {
    out.raw(bytes, copied, until - copied);
    copied = until;
  }

  private void instruction(final int place, final boolean wrapped) {
    final Instruction instruction = instructions.get(place);
    final int opcode = instruction.opcode();
    if (!analysis.isDead(place)) {
      final long charge = analysis.charge(place);
      if (rules.metered() && charge > 0) {
        copy(instruction.offset());
        charge(() -> emit.i64(charge));
      }
      alive(place, instruction, wrapped);
    }
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF -> depth++;
      case Opcodes.END -> depth--;
      default -> {}
    }
  }

  private void alive(final int place, final Instruction instruction, final boolean wrapped) {
    switch (instruction.opcode()) {
      case Opcodes.RETURN -> {
        if (wrapped) {
          copy(instruction.offset());
          emit.branch(depth);
          copied = instruction.end();
        }
      }
      case Opcodes.CALL, Opcodes.CALL_INDIRECT -> {
        if (gasInLocal) {
          copy(instruction.offset());
          emit.localGet(scratch.gas()).globalSet(gas);
          copy(instruction.end());
          emit.globalGet(gas).localSet(scratch.gas());
        }
      }
      case Opcodes.MEMORY_COPY, Opcodes.MEMORY_FILL, Opcodes.MEMORY_INIT ->
          sized(instruction, Rules.BULK_SHIFT);
      case Opcodes.TABLE_COPY, Opcodes.TABLE_FILL, Opcodes.TABLE_INIT -> sized(instruction, 0);
      case Opcodes.F32_COPYSIGN -> {
        copy(instruction.offset());
        emit.signOnly32();
      }
      case Opcodes.F64_COPYSIGN -> {
        copy(instruction.offset());
        emit.signOnly64();
      }
      case Opcodes.MEMORY_GROW -> growing(instruction, Rules.PAGE_GAS);
      case Opcodes.TABLE_GROW -> growing(instruction, 1);
      default -> {
        if (rules.canonicalNans() && NanRules.applies(instructions, place)) {
          copy(instruction.end());
          if (Opcodes.makesFloat(instruction.opcode())) {
            emit.canonical32(scratch.ofFloat());
          } else {
            emit.canonical64(scratch.ofDouble());
          }
        }
      }
    }
  }

  /** Before an instruction that works on as many things as the number on the stack says. */
  private void sized(final Instruction instruction, final int shift) {
    if (!rules.metered()) {
      return;
    }
    copy(instruction.offset());
    final int amount = scratch.amount();
    emit.localSet(amount);
    charge(() -> emit.localGet(amount).extend().i64(shift).shiftRight64());
    emit.localGet(amount);
  }

  /**
   * After an instruction that grows something, if it did. Not before, since a guest may well ask
   * for more than there can be; what it can get is bounded.
   */
  private void growing(final Instruction instruction, final int each) {
    if (!rules.metered()) {
      return;
    }
    copy(instruction.offset());
    final int amount = scratch.amount();
    emit.localTee(amount);
    copy(instruction.end());
    final int result = scratch.result();
    emit.localTee(result).i32(-1).notEqual32().beginIf();
    charge(() -> emit.localGet(amount).extend().i64(each).multiply64());
    emit.end().localGet(result);
  }

  private void charge(final Runnable amount) {
    if (gasInLocal) {
      final int local = scratch.gas();
      emit.localGet(local);
      amount.run();
      emit.sub64().localTee(local).i64(0).less64();
      emit.beginIf().localGet(local).globalSet(gas).unreachable().end();
    } else {
      emit.globalGet(gas);
      amount.run();
      emit.sub64().globalSet(gas).globalGet(gas).i64(0).less64();
      emit.beginIf().unreachable().end();
    }
  }

  /** The whole: length, variables, instructions. */
  private byte[] withLocals(final Body body) {
    final int header = Leb.length(bytes, body.offset());
    final int declared = body.offset() + header;
    final int groups = declared + Leb.length(bytes, declared);
    final String added = scratch.types();
    final BinaryWriter content = new BinaryWriter(out.size() + 64);
    content.u32(Leb.value(bytes, declared) + added.length());
    content.raw(bytes, groups, body.code() - groups);
    added.chars().forEach(type -> content.u32(1).u8(FunctionType.code((char) type)));
    content.all(out);
    return new BinaryWriter(content.size() + 5).u32(content.size()).all(content).toByteArray();
  }
}
