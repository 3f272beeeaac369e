// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

/**
 * Where in its source a guest panicked.
 *
 * @param file the name of the file
 * @param line the line, unsigned
 * @param column the column, unsigned
 */
record Location(Slice file, int line, int column) {}
