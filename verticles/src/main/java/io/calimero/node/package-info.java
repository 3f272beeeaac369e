// SPDX-License-Identifier: Apache-2.0

/** The node: one configuration, the verticles it deploys, their start order and ordered stop. */
@NullMarked
package io.calimero.node;

import org.jspecify.annotations.NullMarked;
