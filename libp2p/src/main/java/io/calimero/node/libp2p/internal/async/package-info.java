// SPDX-License-Identifier: Apache-2.0

/**
 * Time, and futures: what every protocol needs to wait and to be woken, with the clock given from
 * outside so that a simulator can drive it.
 */
@NullMarked
package io.calimero.node.libp2p.internal.async;

import org.jspecify.annotations.NullMarked;
