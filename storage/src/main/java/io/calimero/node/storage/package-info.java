// SPDX-License-Identifier: Apache-2.0

/**
 * What a node keeps on disk: the transaction log, snapshots of the state, blobs, keys. Each has its
 * package; here is only what they have in common.
 */
@NullMarked
package io.calimero.node.storage;

import org.jspecify.annotations.NullMarked;
