// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import java.util.List;

/** Why the node does not start, in words for the person who started it. */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One reason. */
  public NodeStartException(final String message, final Throwable cause) {
    super(message, cause);
  }

  /** Several mistakes, told together. */
  public NodeStartException(final String message, final List<String> mistakes) {
    super(message + mistakes.stream().map(m -> "\n  - " + m).reduce("", String::concat));
  }
}
