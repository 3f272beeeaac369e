// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import java.util.concurrent.Executor;

/**
 * Where the cores work. Each executor refuses with {@link
 * java.util.concurrent.RejectedExecutionException} what it cannot take on.
 *
 * @param writers runs transactions
 * @param readers runs queries
 * @param loaders loads contexts and modules
 * @param snapshots writes snapshots
 */
public record Pools(Executor writers, Executor readers, Executor loaders, Executor snapshots) {}
