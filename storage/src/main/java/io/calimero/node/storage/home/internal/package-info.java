// SPDX-License-Identifier: Apache-2.0

/** How a home is laid out and locked. Not for use from outside the home package. */
@NullMarked
package io.calimero.node.storage.home.internal;

import org.jspecify.annotations.NullMarked;
