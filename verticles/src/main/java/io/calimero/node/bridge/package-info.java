// SPDX-License-Identifier: Apache-2.0

/**
 * Lets services that are not of the JVM onto the node's topics, over TCP and SockJS: commands in,
 * notices out, nothing else of the event bus. A client of the bus like any other service; it keeps
 * nothing and knows no other verticle.
 */
@NullMarked
package io.calimero.node.bridge;

import org.jspecify.annotations.NullMarked;
