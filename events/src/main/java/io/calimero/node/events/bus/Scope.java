// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

/** How far a message may travel. */
public enum Scope {
  /** Within the JVM only: encoding it for the wire fails, so that a mistake shows in tests. */
  LOCAL,
  /** To the other JVMs of the operator's cluster too. */
  CLUSTER
}
