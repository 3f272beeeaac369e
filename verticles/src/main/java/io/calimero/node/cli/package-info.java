// SPDX-License-Identifier: Apache-2.0

/**
 * The command line, {@code ./calimero}: the program's entry point. Everything else is in {@code
 * internal}; no other package may import any of it.
 */
@NullMarked
package io.calimero.node.cli;

import org.jspecify.annotations.NullMarked;
