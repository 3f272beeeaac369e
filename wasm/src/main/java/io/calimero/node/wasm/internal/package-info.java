// SPDX-License-Identifier: Apache-2.0

/**
 * How GraalWasm is made to run applications: instances and their pools, traps and how they are
 * told, the watchdog. Nothing outside this module may use it.
 */
@NullMarked
package io.calimero.node.wasm.internal;

import org.jspecify.annotations.NullMarked;
