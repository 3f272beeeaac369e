// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import java.nio.charset.StandardCharsets;

/**
 * What a digest is of. The tag goes into the digest before the content, so that bytes hashed or
 * signed as one thing can never pass for another.
 */
public enum Domain {
  /** A transaction, by its executor. */
  TRANSACTION("calimero/transaction/1"),
  /** A configuration change, by its author. */
  CONFIGURATION("calimero/configuration/1"),
  /** The first entry of a context, by the context secret. */
  GENESIS("calimero/genesis/1"),
  /** An entry of a log, by its coordinator. */
  ENTRY("calimero/entry/1"),
  /** An entry of the node's own journal. */
  JOURNAL("calimero/journal/1"),
  /** What a transaction did. */
  OUTCOME("calimero/outcome/1"),
  /** The randomness that a transaction sees. */
  RANDOMNESS("calimero/randomness/1"),
  /** The state of a context as a whole. */
  STATE("calimero/state/1"),
  /** That a peer is a member, by the member. */
  MEMBERSHIP("calimero/membership/1"),
  /** An invitation, by the member who invites. */
  INVITATION("calimero/invitation/1"),
  /** An invitation of whoever has it, by the member who invites. */
  OPEN_INVITATION("calimero/open-invitation/1"),
  /** What an attested transaction found. */
  OBSERVATION("calimero/observation/1"),
  /** Where the members of a context meet. */
  RENDEZVOUS("calimero/rendezvous/1"),
  /** That a key is one of an epoch, by the coordinator. */
  EPOCH_KEY("calimero/epoch-key/1"),
  /** What a context is at a position. */
  CONFIGURATION_STATE("calimero/configuration-state/1");

  private final String tag;

  Domain(final String tag) {
    this.tag = tag;
  }

  /** SHA-256 over the length of the tag (one byte), the tag, and the content. */
  public Hash digest(final byte[] content) {
    final byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    return Hash.sha256(new byte[] {(byte) name.length}, name, content);
  }
}
