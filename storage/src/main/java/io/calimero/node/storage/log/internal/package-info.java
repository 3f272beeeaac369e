// SPDX-License-Identifier: Apache-2.0

/** How the log is done: segments, frames, the writer, recovery. Nothing outside may use it. */
@NullMarked
package io.calimero.node.storage.log.internal;

import org.jspecify.annotations.NullMarked;
