// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

/** Commands for those who run a node, and their replies. */
public final class OperationMessages {
  private OperationMessages() {}

  /** Asks for the metrics of this JVM. */
  public record ReadMetrics() {}

  /**
   * The metrics of this JVM.
   *
   * @param text in the text format of Prometheus, version 0.0.4
   */
  public record Metrics(String text) {}
}
