// SPDX-License-Identifier: Apache-2.0

/**
 * How the HTTP face works: admission, routes, and the JSON of requests and answers. Everything here
 * runs on the event loop of its verticle, but for the reading of large bodies.
 */
@NullMarked
package io.calimero.node.http.internal;

import org.jspecify.annotations.NullMarked;
