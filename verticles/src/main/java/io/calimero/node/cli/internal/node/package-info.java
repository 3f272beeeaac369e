// SPDX-License-Identifier: Apache-2.0

/**
 * What the command line needs of a node on this machine: its home, its run file, and the small
 * interface behind which the real node is started.
 */
@NullMarked
package io.calimero.node.cli.internal.node;

import org.jspecify.annotations.NullMarked;
