// SPDX-License-Identifier: Apache-2.0

/**
 * Runs applications: transactions one after the other on each context's lane, queries beside them,
 * over states that it keeps, and can rebuild from the log.
 *
 * <p>Here is the verticle and its options, and the offline rebuilding of states. The work is done
 * by cores in {@code internal}, which know neither Vert.x nor threads of their own. The log,
 * members' keys and modules belong to others and are asked for on the event bus.
 */
@NullMarked
package io.calimero.node.execution;

import org.jspecify.annotations.NullMarked;
