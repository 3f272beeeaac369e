// SPDX-License-Identifier: Apache-2.0

/**
 * The transactions of this node's members that a coordinator on another node has to order: kept on
 * disk, handed over again and again, until it is known what became of them. Everything here runs on
 * the loop of the context verticle; what is outside of it is reached by {@link
 * io.calimero.node.context.internal.pending.Outside} only.
 */
@NullMarked
package io.calimero.node.context.internal.pending;

import org.jspecify.annotations.NullMarked;
