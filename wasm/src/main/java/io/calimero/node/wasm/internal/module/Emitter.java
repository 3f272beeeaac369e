// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

/** Writes the instructions that the rewriting adds. */
final class Emitter {
  private static final int EMPTY = 0x40;
  private static final int I32_LT_S = 0x48;
  private static final int I32_NE = 0x47;
  private static final int I64_LT_S = 0x53;
  private static final int I32_ADD = 0x6a;
  private static final int I32_SUB = 0x6b;
  private static final int I32_SHL = 0x74;
  private static final int I32_SHR_S = 0x75;
  private static final int I64_ADD = 0x7c;
  private static final int I64_SUB = 0x7d;
  private static final int I64_MUL = 0x7e;
  private static final int I64_SHR_S = 0x87;
  private static final int I64_SHR_U = 0x88;
  private static final int I64_EXTEND_I32_U = 0xad;

  private final BinaryWriter out;

  Emitter(final BinaryWriter out) {
    this.out = out;
  }

  Emitter localGet(final int local) {
    return with(Opcodes.LOCAL_GET, local);
  }

  Emitter localSet(final int local) {
    return with(Opcodes.LOCAL_SET, local);
  }

  Emitter localTee(final int local) {
    return with(Opcodes.LOCAL_TEE, local);
  }

  Emitter globalGet(final int global) {
    return with(Opcodes.GLOBAL_GET, global);
  }

  Emitter globalSet(final int global) {
    return with(Opcodes.GLOBAL_SET, global);
  }

  Emitter branch(final int label) {
    return with(Opcodes.BR, label);
  }

  Emitter i32(final int value) {
    out.u8(Opcodes.I32_CONST).signed(value);
    return this;
  }

  Emitter i64(final long value) {
    out.u8(Opcodes.I64_CONST).signed(value);
    return this;
  }

  Emitter add32() {
    return plain(I32_ADD);
  }

  Emitter sub32() {
    return plain(I32_SUB);
  }

  Emitter shiftLeft32() {
    return plain(I32_SHL);
  }

  Emitter less32() {
    return plain(I32_LT_S);
  }

  Emitter notEqual32() {
    return plain(I32_NE);
  }

  Emitter add64() {
    return plain(I64_ADD);
  }

  Emitter sub64() {
    return plain(I64_SUB);
  }

  Emitter multiply64() {
    return plain(I64_MUL);
  }

  Emitter shiftRight64() {
    return plain(I64_SHR_U);
  }

  Emitter less64() {
    return plain(I64_LT_S);
  }

  /** From an unsigned number of 32 bits to one of 64. */
  Emitter extend() {
    return plain(I64_EXTEND_I32_U);
  }

  Emitter unreachable() {
    return plain(Opcodes.UNREACHABLE);
  }

  Emitter beginIf() {
    out.u8(Opcodes.IF).u8(EMPTY);
    return this;
  }

  Emitter end() {
    return plain(Opcodes.END);
  }

  Emitter memorySize() {
    out.u8(Opcodes.MEMORY_SIZE).u8(0);
    return this;
  }

  Emitter memoryFill() {
    prefixed(Opcodes.MEMORY_FILL).u8(0);
    return this;
  }

  Emitter memoryInit(final int segment) {
    prefixed(Opcodes.MEMORY_INIT).u32(segment).u8(0);
    return this;
  }

  /** Puts the canonical NaN in the place of the NaN that is on the stack, if it is one. */
  Emitter canonical32(final int scratch) {
    localTee(scratch);
    out.u8(Opcodes.F32_CONST).raw(new byte[] {0, 0, (byte) 0xc0, 0x7f});
    localGet(scratch).localGet(scratch);
    return plain(0x5b).plain(Opcodes.SELECT);
  }

  /** Puts the canonical NaN in the place of the NaN that is on the stack, if it is one. */
  Emitter canonical64(final int scratch) {
    localTee(scratch);
    out.u8(Opcodes.F64_CONST).raw(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x7f});
    localGet(scratch).localGet(scratch);
    return plain(0x61).plain(Opcodes.SELECT);
  }

  /**
   * Puts 0 or -1 in the place of the number on the stack, by its sign. What takes the sign of a NaN
   * as it is in one mode of an engine may take it for positive in another, as Java's own function
   * is free to.
   */
  Emitter signOnly32() {
    return plain(0xbc).i32(31).plain(I32_SHR_S).plain(0xb2);
  }

  /** As {@link #signOnly32}. */
  Emitter signOnly64() {
    return plain(0xbd).i64(63).plain(I64_SHR_S).plain(0xb9);
  }

  private BinaryWriter prefixed(final int opcode) {
    return out.u8(Opcodes.PREFIX).u32(opcode - Opcodes.PREFIXED);
  }

  private Emitter plain(final int opcode) {
    out.u8(opcode);
    return this;
  }

  private Emitter with(final int opcode, final int index) {
    out.u8(opcode).u32(index);
    return this;
  }
}
