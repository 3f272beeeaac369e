// SPDX-License-Identifier: Apache-2.0

/** The simulated disk. */
@NullMarked
package io.calimero.node.storage.files;

import org.jspecify.annotations.NullMarked;
