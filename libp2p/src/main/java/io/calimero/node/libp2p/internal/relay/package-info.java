// SPDX-License-Identifier: Apache-2.0

/**
 * Circuit relay v2 (relay/circuit-v2 specification): asking relays for a reservation and for a way
 * to others, being reached through them, and being one. It needs streams and time, nothing of
 * Netty; what a circuit is made into lives with the host.
 */
@NullMarked
package io.calimero.node.libp2p.internal.relay;

import org.jspecify.annotations.NullMarked;
