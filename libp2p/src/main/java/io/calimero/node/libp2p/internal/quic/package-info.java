// SPDX-License-Identifier: Apache-2.0

/**
 * QUIC version 1 as libp2p speaks it (specs/quic): its streams and its end, on Netty's codec. How a
 * connection comes to be is not here but beside the other transports.
 */
@NullMarked
package io.calimero.node.libp2p.internal.quic;

import org.jspecify.annotations.NullMarked;
