// SPDX-License-Identifier: Apache-2.0

/**
 * What travels on the event bus: commands, their replies, and notices, one record each.
 *
 * <p>All are immutable and may cross the local bus by reference. {@link
 * io.calimero.node.events.bus.Topics} says which is sent where.
 */
@NullMarked
package io.calimero.node.events.messages;

import org.jspecify.annotations.NullMarked;
