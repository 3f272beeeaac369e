// SPDX-License-Identifier: Apache-2.0

/** The core of the network verticle, without Vert.x. */
@NullMarked
package io.calimero.node.network.internal;

import org.jspecify.annotations.NullMarked;
