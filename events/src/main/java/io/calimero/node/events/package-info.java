// SPDX-License-Identifier: Apache-2.0

/** To be written. */
@NullMarked
package io.calimero.node.events;

import org.jspecify.annotations.NullMarked;
