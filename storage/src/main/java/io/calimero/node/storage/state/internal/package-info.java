// SPDX-License-Identifier: Apache-2.0

/** How views, roots and snapshot files work. Not for use from outside the state package. */
@NullMarked
package io.calimero.node.storage.state.internal;

import org.jspecify.annotations.NullMarked;
