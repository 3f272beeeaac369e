// SPDX-License-Identifier: Apache-2.0

/**
 * The state of contexts: immutable views of it, its root, and the snapshots that spare a node the
 * replay of its log.
 *
 * <p>Nothing here is the truth: whatever these files hold follows from the log (law 1), so every
 * doubt about a file ends in not using it. No WebAssembly, no log, no bus.
 */
@NullMarked
package io.calimero.node.storage.state;

import org.jspecify.annotations.NullMarked;
