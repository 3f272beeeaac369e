// SPDX-License-Identifier: Apache-2.0

/**
 * Signatures and key agreement: what each key type of libp2p verifies with.
 *
 * <p>Only primitives; protocols that use them live elsewhere.
 */
@NullMarked
package io.calimero.node.libp2p.internal.crypto;

import org.jspecify.annotations.NullMarked;
