// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.SnapshotMessages.Rebased;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;

/** What the core tells whoever listens. */
public interface Notices {

  /** Entries are on disk; nobody has been answered yet. */
  void committed(Committed notice);

  /** A context was created. */
  void created(Created notice);

  /** A context is gone, or never came to be. */
  void gone(Gone notice);

  /** A context has diverged; the evidence is on disk. */
  void diverged(Diverged notice);

  /** A log begins with a checkpoint from now on. Told before what is in it. */
  default void rebased(final Rebased notice) {}

  /** What a call asked for was done, or was not. */
  void followedUp(FollowedUp notice);

  /** A caller was told that its transaction waits. */
  default void pending(final TransactionPending notice) {}

  /** A pending transaction was rejected. */
  default void rejected(final TransactionRejected notice) {}

  /** A pending transaction was given up. */
  default void expired(final TransactionExpired notice) {}
}
