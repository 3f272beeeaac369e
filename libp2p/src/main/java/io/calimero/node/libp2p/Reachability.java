// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/** Whether others can dial this host, or one of its addresses, without the help of a relay. */
public enum Reachability {
  /** They can: enough of them have tried. */
  PUBLIC,
  /** They cannot: enough of them have tried. */
  PRIVATE,
  /** Nobody knows yet. */
  UNKNOWN
}
