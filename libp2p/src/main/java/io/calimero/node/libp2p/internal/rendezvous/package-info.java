// SPDX-License-Identifier: Apache-2.0

/** Rendezvous (rendezvous specification): the side that asks, and the point that is asked. */
@NullMarked
package io.calimero.node.libp2p.internal.rendezvous;

import org.jspecify.annotations.NullMarked;
