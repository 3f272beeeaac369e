// SPDX-License-Identifier: Apache-2.0

/** How key files are written and guarded. Not for use from outside the keys package. */
@NullMarked
package io.calimero.node.storage.keys.internal;

import org.jspecify.annotations.NullMarked;
