// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

/**
 * A key of a state and its value.
 *
 * @param key the key
 * @param value the value
 */
public record StatePair(Bytes key, Bytes value) {}
