// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

/** Why a snapshot is not relied on. */
final class Doubt extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final boolean damage;

  private Doubt(final String reason, final boolean damage) {
    super(reason);
    this.reason = reason;
    this.damage = damage;
  }

  /** The files are bad, and will be for ever. */
  static Doubt damage(final String reason) {
    return new Doubt(reason, true);
  }

  /** It may be good another time, or for another version of the node. */
  static Doubt of(final String reason) {
    return new Doubt(reason, false);
  }

  String reason() {
    return reason;
  }

  boolean isDamage() {
    return damage;
  }
}
