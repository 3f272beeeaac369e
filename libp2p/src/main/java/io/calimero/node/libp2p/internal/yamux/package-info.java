// SPDX-License-Identifier: Apache-2.0

/**
 * yamux: many flow-controlled streams over one connection (specs/yamux).
 *
 * <p>The session is a state machine that lives on one thread and writes to a sink; sockets are not
 * its business.
 */
@NullMarked
package io.calimero.node.libp2p.internal.yamux;

import org.jspecify.annotations.NullMarked;
