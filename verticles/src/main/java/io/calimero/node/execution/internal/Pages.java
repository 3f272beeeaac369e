// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

/** How much of a log is read at a time. */
final class Pages {
  /** At most so many entries. */
  static final int ENTRIES = 1024;

  /** At most so many bytes. */
  static final int BYTES = 4 * 1024 * 1024;

  private Pages() {}
}
