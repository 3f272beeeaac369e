// SPDX-License-Identifier: Apache-2.0

/**
 * The Noise XX handshake and its transport frames, as libp2p speaks them (specs/noise).
 *
 * <p>No knowledge of what is carried inside.
 */
@NullMarked
package io.calimero.node.libp2p.internal.noise;

import org.jspecify.annotations.NullMarked;
