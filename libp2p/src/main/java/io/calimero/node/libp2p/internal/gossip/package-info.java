// SPDX-License-Identifier: Apache-2.0

/**
 * gossipsub 1.1: a router that lives on one thread, is given its time, randomness and transport,
 * and so runs in a simulator unchanged.
 */
@NullMarked
package io.calimero.node.libp2p.internal.gossip;

import org.jspecify.annotations.NullMarked;
