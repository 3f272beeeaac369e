// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import java.util.Optional;

/**
 * Whether and where the node tells what it does in spans.
 *
 * @param enabled whether at all
 * @param endpoint the collector, for OTLP over HTTP; without, OpenTelemetry's own variables and
 *     defaults say where
 */
public record TracingOptions(boolean enabled, Optional<String> endpoint) {
  /** No spans. */
  public static final TracingOptions NONE = new TracingOptions(false, Optional.empty());
}
