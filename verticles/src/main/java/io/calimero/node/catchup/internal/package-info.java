// SPDX-License-Identifier: Apache-2.0

/** The core of the catchup verticle, without Vert.x. */
@NullMarked
package io.calimero.node.catchup.internal;

import org.jspecify.annotations.NullMarked;
