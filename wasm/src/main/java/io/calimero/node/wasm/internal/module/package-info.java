// SPDX-License-Identifier: Apache-2.0

/**
 * The binary form of WebAssembly modules, as far as the node must understand it itself: reading the
 * sections that say what a module wants and offers, and rewriting it so that it stays within its
 * limits. Follows the WebAssembly Core Specification 2.0, chapter 5. Knows no engine.
 */
@NullMarked
package io.calimero.node.wasm.internal.module;

import org.jspecify.annotations.NullMarked;
