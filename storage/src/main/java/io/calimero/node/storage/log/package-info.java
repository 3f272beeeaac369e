// SPDX-License-Identifier: Apache-2.0

/**
 * The transaction log: one physical log of the node, in which every stream has its own chain.
 *
 * <p>The log knows entries as bytes with a position and a hash; what they mean is not its business.
 * Nothing here reads a clock for a decision, and nothing but this package writes into the log's
 * directory. The bytes on disk are specified in docs/formats.md.
 */
@NullMarked
package io.calimero.node.storage.log;

import org.jspecify.annotations.NullMarked;
