// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import java.util.Optional;

/**
 * A way to a peer through a relay: from here on the stream carries what a raw connection would.
 *
 * @param stream to the relay
 * @param peer who is said to be at the other end; the handshake has to prove it
 * @param address the relay's, up to {@code /p2p-circuit}
 * @param limit what goes through; empty if the relay does not limit it
 */
public record Circuit(
    Stream stream, PeerId peer, Multiaddr address, Optional<CircuitLimit> limit) {}
