// SPDX-License-Identifier: Apache-2.0

/**
 * The cores of execution: lanes, their loading from snapshot and log, the running of calls, and
 * snapshots in the background. Everything outside comes in as an argument: executors, clock, state
 * store, engine and the {@link io.calimero.node.execution.internal.Neighbours}. No Vert.x here.
 */
@NullMarked
package io.calimero.node.execution.internal;

import org.jspecify.annotations.NullMarked;
