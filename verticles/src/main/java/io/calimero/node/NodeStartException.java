// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import java.util.List;
import java.util.Objects;

/** Why the node does not start, in words for the person who started it. */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One reason. */
  public NodeStartException(final String message, final Throwable cause) {
    super(message, cause);
  }

  /** A failure as the reason, in its words; one that is such a reason already stays as it is. */
  static NodeStartException of(final Throwable failure) {
    return failure instanceof NodeStartException known
        ? known
        : new NodeStartException(
            Objects.requireNonNullElseGet(failure.getMessage(), failure::toString), failure);
  }

  /** Several mistakes, told together. */
  public NodeStartException(final String message, final List<String> mistakes) {
    super(message + mistakes.stream().map(m -> "\n  - " + m).reduce("", String::concat));
  }
}
