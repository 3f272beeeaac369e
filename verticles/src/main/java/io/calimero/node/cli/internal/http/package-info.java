// SPDX-License-Identifier: Apache-2.0

/**
 * The client of a node's HTTP API, and JSON as text: checked, cut and shown without being turned
 * into objects, so that no number changes on its way.
 */
@NullMarked
package io.calimero.node.cli.internal.http;

import org.jspecify.annotations.NullMarked;
