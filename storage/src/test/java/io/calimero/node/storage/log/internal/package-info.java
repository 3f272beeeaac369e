// SPDX-License-Identifier: Apache-2.0

/** Tests of the log. */
@NullMarked
package io.calimero.node.storage.log.internal;

import org.jspecify.annotations.NullMarked;
