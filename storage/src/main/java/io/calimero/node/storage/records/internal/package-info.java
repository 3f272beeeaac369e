// SPDX-License-Identifier: Apache-2.0

/** How record files are written and read. */
@NullMarked
package io.calimero.node.storage.records.internal;

import org.jspecify.annotations.NullMarked;
