// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state;

import io.calimero.node.events.Bytes;

/**
 * A key of the state and its value.
 *
 * @param key the key
 * @param value the value
 */
public record StateEntry(Bytes key, Bytes value) {}
