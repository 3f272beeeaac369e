// SPDX-License-Identifier: Apache-2.0

/**
 * Contexts: which there are, who their members are, which applications they run, and in which order
 * their transactions come.
 *
 * <p>This verticle owns the transaction log, the blobs and the keys. It runs no application itself:
 * execution does, asked over the bus.
 */
@NullMarked
package io.calimero.node.context;

import org.jspecify.annotations.NullMarked;
