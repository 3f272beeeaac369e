// SPDX-License-Identifier: Apache-2.0

/**
 * The HTTP face of the node: JSON-RPC and the admin API, in the shapes that Calimero clients know
 * (docs/http-api.md).
 *
 * <p>A client of the event bus like any other service: nothing here knows how contexts are kept or
 * applications are run. What a browser or a hostile client may take of the node is bounded here.
 */
@NullMarked
package io.calimero.node.http;

import org.jspecify.annotations.NullMarked;
