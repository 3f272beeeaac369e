// SPDX-License-Identifier: Apache-2.0

/**
 * The secrets of a node: its identities, and its own key. No secret leaves but inside a key pair.
 */
@NullMarked
package io.calimero.node.storage.keys;

import org.jspecify.annotations.NullMarked;
