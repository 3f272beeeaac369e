// SPDX-License-Identifier: Apache-2.0

/**
 * The host: transports, the upgrade of a raw connection to a secured and multiplexed one, the
 * connection manager and the peer store.
 */
@NullMarked
package io.calimero.node.libp2p.internal.host;

import org.jspecify.annotations.NullMarked;
