// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.InvalidModuleException.Code;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rewriting must know of a function: where its basic blocks begin and what each costs, how
 * many values its operand stack holds at most, and what it does that concerns the whole module.
 *
 * <p>A basic block is charged where it begins. It ends where control can leave it or come in from
 * elsewhere: after a branch, at the ends of what was branched over, and at the head of a loop. An
 * instruction costs one, and nothing those that only mark a place ({@code block loop else end}).
 */
final class FunctionAnalysis {
  private final List<FunctionType> functions;
  private final List<Instruction> instructions;
  private final int function;
  private final long[] charges;
  private final boolean[] dead;
  private final List<Frame> frames = new ArrayList<>();
  private int height;
  private int maxHeight;
  private int blockStart;
  private long blockCost;
  private boolean calls;
  private boolean loops;
  private boolean pinned;

  /** A block that is open. */
  private static final class Frame {
    private final int opcode;
    private final int base;
    private final FunctionType type;
    private final boolean unreachable;
    private boolean dead;
    private boolean targeted;

    Frame(final int opcode, final int base, final FunctionType type, final boolean unreachable) {
      this.opcode = opcode;
      this.base = base;
      this.type = type;
      this.unreachable = unreachable;
      dead = unreachable;
    }
  }

  private FunctionAnalysis(
      final List<FunctionType> functions,
      final List<Instruction> instructions,
      final int function,
      final long locals) {
    this.functions = functions;
    this.instructions = instructions;
    this.function = function;
    charges = new long[instructions.size() + 1];
    dead = new boolean[instructions.size()];
    blockCost = locals;
    frames.add(new Frame(Opcodes.BLOCK, 0, functions.get(function), false));
  }

  /**
   * Analyses a function.
   *
   * @param functions the types of all functions
   * @param instructions what it consists of
   * @param function its number
   * @param locals how many variables it declares, each of which costs one
   */
  static FunctionAnalysis of(
      final List<FunctionType> functions,
      final List<Instruction> instructions,
      final int function,
      final long locals)
      throws InvalidModuleException {
    final FunctionAnalysis analysis =
        new FunctionAnalysis(functions, instructions, function, locals);
    for (int i = 0; i < instructions.size(); i++) {
      analysis.step(i, instructions.get(i));
    }
    analysis.begin(instructions.size());
    return analysis;
  }

  /** What is charged before the instruction at that place; zero where no block begins. */
  long charge(final int place) {
    return charges[place];
  }

  /** Whether the instruction at that place is never run. */
  boolean isDead(final int place) {
    return dead[place];
  }

  /** How many values the operand stack holds at most. */
  int maxHeight() {
    return maxHeight;
  }

  /** Whether it calls anything. */
  boolean calls() {
    return calls;
  }

  /** Whether it has a loop. */
  boolean loops() {
    return loops;
  }

  /** Whether it changes what an instance cannot be given back: tables, or which segments it has. */
  boolean pinned() {
    return pinned;
  }

  private Frame top() {
    return frames.getLast();
  }

  private void step(final int place, final Instruction instruction) throws InvalidModuleException {
    final int opcode = instruction.opcode();
    dead[place] = top().dead;
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF -> enter(place, instruction);
      case Opcodes.ELSE -> otherwise(place);
      case Opcodes.END -> leave(place);
      default -> {
        if (!top().dead) {
          run(place, instruction);
        }
      }
    }
  }

  private void enter(final int place, final Instruction instruction) throws InvalidModuleException {
    final int opcode = instruction.opcode();
    if (top().dead) {
      frames.add(new Frame(opcode, height, instruction.type(), true));
      return;
    }
    blockCost += opcode == Opcodes.IF ? 1 : 0;
    pop(Opcodes.pops(opcode));
    final int parameters = instruction.type().parameters().length();
    pop(parameters);
    frames.add(new Frame(opcode, height, instruction.type(), false));
    push(parameters);
    loops |= opcode == Opcodes.LOOP;
    if (opcode != Opcodes.BLOCK) {
      begin(place + 1);
    }
  }

  private void otherwise(final int place) throws InvalidModuleException {
    final Frame frame = top();
    if (frame.opcode != Opcodes.IF) {
      throw invalid("an else without an if");
    }
    if (!frame.unreachable) {
      frame.dead = false;
      height = frame.base;
      push(frame.type.parameters().length());
      begin(place + 1);
    }
  }

  private void leave(final int place) throws InvalidModuleException {
    final Frame frame = frames.removeLast();
    if (frame.unreachable) {
      return;
    }
    height = frame.base;
    push(frame.type.results().length());
    if (frame.opcode != Opcodes.BLOCK || frame.targeted || frame.dead) {
      begin(place + 1);
    }
  }

  private void run(final int place, final Instruction instruction) throws InvalidModuleException {
    final int opcode = instruction.opcode();
    blockCost++;
    pop(Opcodes.pops(opcode));
    switch (opcode) {
      case Opcodes.BR, Opcodes.BR_IF -> target(instruction.index());
      case Opcodes.BR_TABLE -> {
        for (final int label : instruction.labels()) {
          target(label);
        }
      }
      case Opcodes.CALL -> call(functions.get(instruction.index()));
      case Opcodes.CALL_INDIRECT -> call(instruction.type());
      case Opcodes.MEMORY_INIT,
          Opcodes.DATA_DROP,
          Opcodes.ELEM_DROP,
          Opcodes.TABLE_SET,
          Opcodes.TABLE_INIT,
          Opcodes.TABLE_COPY,
          Opcodes.TABLE_GROW,
          Opcodes.TABLE_FILL ->
          pinned = true;
      default -> {}
    }
    push(Opcodes.pushes(opcode));
    switch (opcode) {
      case Opcodes.BR, Opcodes.BR_TABLE, Opcodes.RETURN, Opcodes.UNREACHABLE -> top().dead = true;
      case Opcodes.BR_IF -> begin(place + 1);
      default -> {}
    }
  }

  private void call(final FunctionType type) throws InvalidModuleException {
    calls = true;
    pop(type.parameters().length());
    push(type.results().length());
  }

  private void target(final int label) {
    frames.get(frames.size() - 1 - label).targeted = true;
  }

  /** From that place on another basic block is charged. */
  private void begin(final int place) {
    charges[blockStart] += blockCost;
    blockCost = 0;
    blockStart = place;
  }

  private void pop(final int values) throws InvalidModuleException {
    height -= values;
    if (height < (frames.isEmpty() ? 0 : top().base)) {
      throw invalid("its operand stack has too few values");
    }
  }

  private void push(final int values) {
    height += values;
    maxHeight = Math.max(maxHeight, height);
  }

  private InvalidModuleException invalid(final String what) {
    return new InvalidModuleException(
        Code.INVALID, "the WebAssembly module is not valid: in function " + function + " " + what);
  }

  /** How many instructions there are. */
  int size() {
    return instructions.size();
  }
}
