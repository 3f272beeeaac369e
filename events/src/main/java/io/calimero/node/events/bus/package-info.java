// SPDX-License-Identifier: Apache-2.0

/**
 * The event bus as the node uses it: typed topics, their codecs, and a thin typed face over Vert.x.
 *
 * <p>This is the only package of the module that knows Vert.x. Verticles meet here and nowhere
 * else.
 */
@NullMarked
package io.calimero.node.events.bus;

import org.jspecify.annotations.NullMarked;
