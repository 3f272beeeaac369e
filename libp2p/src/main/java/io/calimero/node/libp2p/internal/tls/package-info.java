// SPDX-License-Identifier: Apache-2.0

/**
 * TLS 1.3 as libp2p speaks it: self-signed certificates whose extension names the peer (specs/tls).
 */
@NullMarked
package io.calimero.node.libp2p.internal.tls;

import org.jspecify.annotations.NullMarked;
