// SPDX-License-Identifier: Apache-2.0

/**
 * Encodings: borsh, the canonical binary form of everything that is hashed, signed or stored, and
 * base58, the text form of identifiers. Decoders bound what foreign bytes can make them allocate.
 */
@NullMarked
package io.calimero.node.events.codec;

import org.jspecify.annotations.NullMarked;
