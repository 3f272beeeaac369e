// SPDX-License-Identifier: Apache-2.0

/**
 * The public face of libp2p for the JVM: host, connections, streams, peers, identities, addresses.
 *
 * <p>Everything a user of the module needs is here; what speaks the wire is below {@code internal}
 * and may change at any time. Nothing here knows Netty, so that another implementation of libp2p
 * could stand behind the same face.
 */
@NullMarked
package io.calimero.node.libp2p;

import org.jspecify.annotations.NullMarked;
