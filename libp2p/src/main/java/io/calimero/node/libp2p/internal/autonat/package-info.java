// SPDX-License-Identifier: Apache-2.0

/**
 * AutoNAT, version 1 and 2 (autonat specifications): peers dial one another back, so that each
 * knows whether others can reach it. It needs streams and time, and somebody who dials.
 */
@NullMarked
package io.calimero.node.libp2p.internal.autonat;

import org.jspecify.annotations.NullMarked;
