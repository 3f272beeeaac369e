// SPDX-License-Identifier: Apache-2.0

/**
 * Bytes and their spellings: unsigned varints, base58, base32, multihashes, length-prefixed
 * messages, protobuf fields.
 *
 * <p>Pure functions over foreign bytes; no I/O, no time, no keys.
 */
@NullMarked
package io.calimero.node.libp2p.internal.wire;

import org.jspecify.annotations.NullMarked;
