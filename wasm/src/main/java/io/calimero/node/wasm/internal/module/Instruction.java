// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.List;

/**
 * One instruction of a function's body.
 *
 * @param opcode its number, see {@link Opcodes}
 * @param offset where in the module it begins
 * @param end where in the module the next one begins
 * @param index what it names: a label, function, variable, table; zero if it names nothing
 * @param type the type of a block, or of an indirect call; otherwise no type
 * @param labels the labels of a {@code br_table}, the default last; otherwise none
 */
record Instruction(
    int opcode, int offset, int end, int index, FunctionType type, List<Integer> labels) {}
