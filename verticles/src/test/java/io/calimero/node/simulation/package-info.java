// SPDX-License-Identifier: Apache-2.0

/**
 * Whole clusters in one thread: the cores of several nodes on simulated machines, under virtual
 * time and a seed, with a network and disks that fail. A run is a function of its seed.
 */
@NullMarked
package io.calimero.node.simulation;

import org.jspecify.annotations.NullMarked;
