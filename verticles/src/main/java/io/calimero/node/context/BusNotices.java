// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.context.internal.Notices;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.SnapshotMessages.Rebased;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells by way of the bus what has happened, and in the log what a person should know. */
record BusNotices(Bus bus) implements Notices {
  private static final Logger LOG = LoggerFactory.getLogger(ContextVerticle.class);

  @Override
  public void committed(final Committed notice) {
    bus.publish(Topics.COMMITTED, notice);
  }

  @Override
  public void created(final Created notice) {
    LOG.atInfo().addKeyValue("context", notice.context()).log("context created");
    bus.publish(Topics.CONTEXT_CREATED, notice);
  }

  @Override
  public void gone(final Gone notice) {
    LOG.atInfo().addKeyValue("context", notice.context()).log("context removed");
    bus.publish(Topics.CONTEXT_GONE, notice);
  }

  @Override
  public void diverged(final Diverged notice) {
    LOG.atError()
        .addKeyValue("context", notice.context())
        .addKeyValue("position", notice.position())
        .log("context diverged: {}", notice.reason());
    bus.publish(Topics.CONTEXT_DIVERGED, notice);
  }

  @Override
  public void rebased(final Rebased notice) {
    LOG.atInfo()
        .addKeyValue("context", notice.context())
        .addKeyValue("position", notice.head().position())
        .log("the log begins with a checkpoint");
    bus.publish(Topics.REBASED, notice);
  }

  @Override
  public void followedUp(final FollowedUp notice) {
    notice
        .failure()
        .ifPresent(
            why ->
                LOG.atInfo()
                    .addKeyValue("context", notice.context())
                    .addKeyValue("position", notice.position())
                    .log("what an entry asked for was not done: {}", why));
    bus.publish(Topics.FOLLOWED_UP, notice);
  }

  @Override
  public void pending(final TransactionPending notice) {
    bus.publish(Topics.TRANSACTION_PENDING, notice);
  }

  @Override
  public void rejected(final TransactionRejected notice) {
    LOG.atInfo()
        .addKeyValue("context", notice.context())
        .addKeyValue("transaction", notice.transaction())
        .log("a pending transaction was rejected: {}", notice.reason());
    bus.publish(Topics.TRANSACTION_REJECTED, notice);
  }

  @Override
  public void expired(final TransactionExpired notice) {
    LOG.atWarn()
        .addKeyValue("context", notice.context())
        .addKeyValue("transaction", notice.transaction())
        .log("a pending transaction was given up");
    bus.publish(Topics.TRANSACTION_EXPIRED, notice);
  }
}
