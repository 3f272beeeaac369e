// SPDX-License-Identifier: Apache-2.0

/**
 * The node as people have it: real processes that are killed, real files that are damaged, real
 * requests. Nothing here looks inside a node that runs.
 */
@NullMarked
package io.calimero.node.acceptance;

import org.jspecify.annotations.NullMarked;
