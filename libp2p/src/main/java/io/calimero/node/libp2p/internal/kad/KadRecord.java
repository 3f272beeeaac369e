// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;

/**
 * A value with its key.
 *
 * @param key the key
 * @param value the value
 * @param received when whoever keeps it got it, in the form of RFC 3339; may be empty
 */
public record KadRecord(ByteString key, ByteString value, String received) {}
