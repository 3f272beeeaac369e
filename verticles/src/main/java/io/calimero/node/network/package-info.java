// SPDX-License-Identifier: Apache-2.0

/**
 * The verticle that owns the connections to other nodes: streams, topics, peers. What is said over
 * them is the business of others.
 */
@NullMarked
package io.calimero.node.network;

import org.jspecify.annotations.NullMarked;
