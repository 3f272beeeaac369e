// SPDX-License-Identifier: Apache-2.0

/** Tests of the pool of pending transactions. */
@NullMarked
package io.calimero.node.context.internal.pending;

import org.jspecify.annotations.NullMarked;
