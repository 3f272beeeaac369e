// SPDX-License-Identifier: Apache-2.0

/** The small protocols that every host speaks: identify, identify push, ping. */
@NullMarked
package io.calimero.node.libp2p.internal.protocols;

import org.jspecify.annotations.NullMarked;
