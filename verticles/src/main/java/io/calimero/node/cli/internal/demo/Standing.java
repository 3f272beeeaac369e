// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.demo;

/**
 * Where a node stands in a context.
 *
 * @param position the position of its newest entry; 0 without any
 * @param head the hash of that entry
 * @param root the state root behind it
 */
public record Standing(long position, String head, String root) {
  /** A node that is away, or has nothing of the context. */
  public static final Standing NONE = new Standing(0, "", "");
}
