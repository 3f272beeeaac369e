// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

/**
 * A part of a node that can run in a JVM of its own. {@link #EXECUTION} and {@link #CONTEXT} share
 * what must not leave the JVM: they go together.
 */
public enum Part {
  /** Meets other nodes and shares contexts with them. Goes where {@link #CONTEXT} is. */
  NETWORK,
  /** Runs applications. One per home. */
  EXECUTION,
  /** Owns the log, the contexts, the applications and the keys. One per home. */
  CONTEXT,
  /** Serves HTTP. Alone in a JVM it is a gateway, of which there may be many. */
  HTTP
}
