// SPDX-License-Identifier: Apache-2.0

/**
 * Direct connection upgrade through relay (relay/DCUtR specification): two peers that talk through
 * a relay agree on the moment at which both dial. It needs streams and time, and somebody who
 * dials.
 */
@NullMarked
package io.calimero.node.libp2p.internal.dcutr;

import org.jspecify.annotations.NullMarked;
