// SPDX-License-Identifier: Apache-2.0

/**
 * Applications: load a WebAssembly module, call its methods, get what the call did.
 *
 * <p>Here lives what a node needs to run an application once, deterministically and bounded: the
 * engine, modules, calls and their results. What an application may do is in the interface of its
 * host functions, which are internal. Where state comes from, when a call is made and what becomes
 * of its outcome is not this package's concern: it does no I/O, keeps no state between calls and
 * knows neither logs nor contexts beyond their identifiers.
 */
@NullMarked
package io.calimero.node.wasm;

import org.jspecify.annotations.NullMarked;
