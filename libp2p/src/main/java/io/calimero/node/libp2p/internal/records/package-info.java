// SPDX-License-Identifier: Apache-2.0

/**
 * Signed envelopes and the peer records they carry (RFC 0002 and 0003 of the libp2p
 * specifications).
 */
@NullMarked
package io.calimero.node.libp2p.internal.records;

import org.jspecify.annotations.NullMarked;
