// SPDX-License-Identifier: Apache-2.0

/**
 * What an application can ask of the node: the host functions, in each of their shapes, and what
 * one call gathers through them. Knows the guest only as a memory to copy from and to.
 */
@NullMarked
package io.calimero.node.wasm.internal.host;

import org.jspecify.annotations.NullMarked;
