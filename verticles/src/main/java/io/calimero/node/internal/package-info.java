// SPDX-License-Identifier: Apache-2.0

/** How the node reads its settings and puts its verticles together. Nothing else uses this. */
@NullMarked
package io.calimero.node.internal;

import org.jspecify.annotations.NullMarked;
