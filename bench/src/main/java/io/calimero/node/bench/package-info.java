// SPDX-License-Identifier: Apache-2.0

/**
 * Measures a node as its clients see it: over HTTP, from another process, on the disk that it will
 * have. What the numbers mean stands in docs/benchmarks.md.
 *
 * <p>Nothing of the node depends on this package. What is measured is the node as it is started by
 * its launcher; only a log of a million entries is written directly, by the node's own classes.
 */
@NullMarked
package io.calimero.node.bench;

import org.jspecify.annotations.NullMarked;
