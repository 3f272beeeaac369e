// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

/**
 * Where a node is expected.
 *
 * @param base its URL, without a slash at the end
 * @param hint what to do if nothing answers there
 */
public record Endpoint(String base, String hint) {}
