// SPDX-License-Identifier: Apache-2.0

/** How blobs lie on disk. Not for use from outside the blobs package. */
@NullMarked
package io.calimero.node.storage.blobs.internal;

import org.jspecify.annotations.NullMarked;
