// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

/** Who began a connection or a stream. */
public enum Direction {
  /** The peer did. */
  INBOUND,
  /** This host did. */
  OUTBOUND
}
