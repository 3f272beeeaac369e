// SPDX-License-Identifier: Apache-2.0

/** Tests of the bridges, by clients that know nothing of our classes. */
@NullMarked
package io.calimero.node.bridge;

import org.jspecify.annotations.NullMarked;
