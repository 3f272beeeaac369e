// SPDX-License-Identifier: Apache-2.0

/**
 * Kademlia (kad-dht specification): a router that lives on one thread, is given its time,
 * randomness and transport, and so runs in a simulator unchanged; and its shell over a host.
 */
@NullMarked
package io.calimero.node.libp2p.internal.kad;

import org.jspecify.annotations.NullMarked;
