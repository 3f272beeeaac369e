// SPDX-License-Identifier: Apache-2.0

/**
 * The vocabulary of the node: identifiers, transactions, log entries, outcomes and the
 * configuration of a context.
 *
 * <p>Everything here is an immutable value or a pure function. No I/O, no clock, no randomness, no
 * threads live here; what is hashed or signed has its canonical bytes defined here and nowhere else
 * (docs/formats.md).
 */
@NullMarked
package io.calimero.node.events;

import org.jspecify.annotations.NullMarked;
