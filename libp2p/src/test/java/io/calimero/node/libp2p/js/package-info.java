// SPDX-License-Identifier: Apache-2.0

/** Proof against js-libp2p. */
@NullMarked
package io.calimero.node.libp2p.js;

import org.jspecify.annotations.NullMarked;
