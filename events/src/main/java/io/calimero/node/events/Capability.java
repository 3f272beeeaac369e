// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

/** What a member may do beyond calling. */
public enum Capability {
  /** Change the application of the context. */
  MANAGE_APPLICATION(0, "ManageApplication"),
  /** Add and remove members, grant and revoke capabilities. */
  MANAGE_MEMBERS(1, "ManageMembers");

  private final int tag;
  private final String text;

  Capability(final int tag, final String text) {
    this.tag = tag;
    this.text = text;
  }

  /** The number that stands for it in borsh. */
  public int tag() {
    return tag;
  }

  /** The name that clients know. */
  public String text() {
    return text;
  }

  /** The capability of a number. */
  static Capability ofTag(final int tag) {
    for (final Capability capability : values()) {
      if (capability.tag == tag) {
        return capability;
      }
    }
    throw Formats.unknown("a capability", tag);
  }
}
