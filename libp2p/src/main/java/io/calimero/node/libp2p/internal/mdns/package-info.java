// SPDX-License-Identifier: Apache-2.0

/**
 * Peers on the same network (discovery/mdns specification): a core without I/O that takes and makes
 * packets, and the sockets round it.
 */
@NullMarked
package io.calimero.node.libp2p.internal.mdns;

import org.jspecify.annotations.NullMarked;
