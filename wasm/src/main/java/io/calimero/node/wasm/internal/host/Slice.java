// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

/**
 * A range of the guest's memory as the guest named it: not checked.
 *
 * @param address where it begins, unsigned
 * @param length its length in bytes, unsigned
 */
record Slice(long address, long length) {}
