// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.MalformedException;

/** The kinds of messages. */
public enum KadType {
  /** Keeps a value. */
  PUT_VALUE(0),
  /** Asks for a value. */
  GET_VALUE(1),
  /** Keeps a provider; has no answer. */
  ADD_PROVIDER(2),
  /** Asks for providers. */
  GET_PROVIDERS(3),
  /** Asks for the peers nearest to a key. */
  FIND_NODE(4),
  /** Asks for a sign of life. */
  PING(5);

  private final int number;

  KadType(final int number) {
    this.number = number;
  }

  /** The number on the wire. */
  int number() {
    return number;
  }

  /**
   * The kind with {@code number}.
   *
   * @throws MalformedException if there is none
   */
  static KadType of(final int number) {
    for (final KadType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new MalformedException("Kademlia: no message has the number " + number);
  }
}
