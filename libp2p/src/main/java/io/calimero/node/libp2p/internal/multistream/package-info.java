// SPDX-License-Identifier: Apache-2.0

/** multistream-select 1.0: agreeing on a protocol, over a connection or a stream. */
@NullMarked
package io.calimero.node.libp2p.internal.multistream;

import org.jspecify.annotations.NullMarked;
