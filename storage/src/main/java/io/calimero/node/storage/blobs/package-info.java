// SPDX-License-Identifier: Apache-2.0

/**
 * Blobs: bytes of any length under the name of their content, such as the WebAssembly of an
 * application. Who may have one, and where it comes from, is not decided here.
 */
@NullMarked
package io.calimero.node.storage.blobs;

import org.jspecify.annotations.NullMarked;
