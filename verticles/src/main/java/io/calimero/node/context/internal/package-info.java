// SPDX-License-Identifier: Apache-2.0

/**
 * The core of the context verticle: plain Java on one logical thread, the loop, which gets its
 * clock, randomness, storage and transport as arguments. No Vert.x here.
 */
@NullMarked
package io.calimero.node.context.internal;

import org.jspecify.annotations.NullMarked;
