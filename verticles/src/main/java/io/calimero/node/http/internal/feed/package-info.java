// SPDX-License-Identifier: Apache-2.0

/**
 * What happens in contexts, told to subscribers: each event once and in the order of the log, from
 * whatever position they ask for. Notices of the bus say that there is something; what a subscriber
 * was too late or too slow for is read from the log.
 *
 * <p>No Vert.x, no sockets and no JSON here: one thread, a source and subscribers.
 */
@NullMarked
package io.calimero.node.http.internal.feed;

import org.jspecify.annotations.NullMarked;
