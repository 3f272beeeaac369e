// SPDX-License-Identifier: Apache-2.0

/** Tests of what those who run a node see of it. */
@NullMarked
package io.calimero.node.operation;

import org.jspecify.annotations.NullMarked;
