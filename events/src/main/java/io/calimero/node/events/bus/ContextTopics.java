// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.Limits;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ExecutionMessages;

/** Contexts: what there is, who joins, and their logs. A part of {@link Topics}. */
sealed interface ContextTopics permits Topics {
  /** Creates a context. Answered by context. Only with a seed can it be repeated safely. */
  CommandTopic<ContextMessages.Create, ContextMessages.Created> CONTEXT_CREATE =
      CommandTopic.of(
          "calimero.v1.context.create",
          ContextMessages.Create.class,
          ContextMessages.Created.class,
          CLUSTER,
          CALL,
          64);

  /** Lists the contexts. Answered by context. */
  CommandTopic<ContextMessages.ListAll, ContextMessages.All> CONTEXT_LIST =
      CommandTopic.of(
          "calimero.v1.context.list",
          ContextMessages.ListAll.class,
          ContextMessages.All.class,
          CLUSTER,
          SHORT,
          16);

  /** Gets a context. Answered by context. */
  CommandTopic<ContextMessages.Get, ContextMessages.Summary> CONTEXT_GET =
      CommandTopic.of(
          "calimero.v1.context.get",
          ContextMessages.Get.class,
          ContextMessages.Summary.class,
          CLUSTER,
          SHORT,
          256);

  /** What a call of a context may use, fixed when it was created. Answered by context. */
  CommandTopic<ContextMessages.GetLimits, Limits> CONTEXT_LIMITS =
      CommandTopic.of(
          "calimero.v1.context.limits",
          ContextMessages.GetLimits.class,
          Limits.class,
          CLUSTER,
          SHORT,
          256);

  /** Removes a context from this node. Answered by context. */
  CommandTopic<ContextMessages.Remove, ContextMessages.Removed> CONTEXT_REMOVE =
      CommandTopic.of(
          "calimero.v1.context.remove",
          ContextMessages.Remove.class,
          ContextMessages.Removed.class,
          CLUSTER,
          CALL,
          16);

  /** Makes an identity. Answered by context. */
  CommandTopic<ContextMessages.CreateIdentity, ContextMessages.IdentityCreated> IDENTITY_CREATE =
      CommandTopic.of(
          "calimero.v1.identity.create",
          ContextMessages.CreateIdentity.class,
          ContextMessages.IdentityCreated.class,
          CLUSTER,
          SHORT,
          16);

  /** Reads a part of a context's log. Answered by context. */
  CommandTopic<ContextMessages.ReadLog, ContextMessages.LogPart> LOG_READ =
      CommandTopic.of(
          "calimero.v1.log.read",
          ContextMessages.ReadLog.class,
          ContextMessages.LogPart.class,
          CLUSTER,
          CALL,
          64);

  /** Makes an identity a member and tells how to join. Answered by context. */
  CommandTopic<ContextMessages.Invite, ContextMessages.Invited> CONTEXT_INVITE =
      CommandTopic.of(
          "calimero.v1.context.invite",
          ContextMessages.Invite.class,
          ContextMessages.Invited.class,
          CLUSTER,
          CALL,
          64);

  /** Joins a context. Answered by context, when it can be read here. */
  CommandTopic<ContextMessages.Join, ContextMessages.Joined> CONTEXT_JOIN =
      CommandTopic.of(
          "calimero.v1.context.join",
          ContextMessages.Join.class,
          ContextMessages.Joined.class,
          CLUSTER,
          LONG,
          16);

  /** Takes entries of another node's making into a log. Answered by context. */
  CommandTopic<ContextMessages.Apply, ContextMessages.Applied> ENTRIES_APPLY =
      CommandTopic.of(
          "calimero.v1.entries.apply",
          ContextMessages.Apply.class,
          ContextMessages.Applied.class,
          LOCAL,
          LONG,
          1024);

  /** Proves membership. Answered by context. */
  CommandTopic<ContextMessages.Prove, ContextMessages.Proven> MEMBERSHIP_PROVE =
      CommandTopic.of(
          "calimero.v1.membership.prove",
          ContextMessages.Prove.class,
          ContextMessages.Proven.class,
          LOCAL,
          SHORT,
          1024);

  /** Orders a transaction of another node. Answered by context. */
  CommandTopic<ContextMessages.Order, ExecutionMessages.Answer> TRANSACTION_ORDER =
      CommandTopic.of(
          "calimero.v1.transaction.order",
          ContextMessages.Order.class,
          ExecutionMessages.Answer.class,
          LOCAL,
          CALL,
          4096);

  /** Orders a change of another node. Answered by context, with the head that it made. */
  CommandTopic<ContextMessages.OrderChange, ContextMessages.Applied> CHANGE_ORDER =
      CommandTopic.of(
          "calimero.v1.change.order",
          ContextMessages.OrderChange.class,
          ContextMessages.Applied.class,
          LOCAL,
          CALL,
          256);

  /** A context was created and is on disk. Published by context. */
  EventTopic<ContextMessages.Created> CONTEXT_CREATED =
      EventTopic.of("calimero.v1.context.created", ContextMessages.Created.class, CLUSTER);

  /** A context is gone from this node. Published by context. */
  EventTopic<ContextMessages.Gone> CONTEXT_GONE =
      EventTopic.of("calimero.v1.context.gone", ContextMessages.Gone.class, CLUSTER);

  /** Entries are on disk. Published by context before anyone is answered. */
  EventTopic<ContextMessages.Committed> COMMITTED =
      EventTopic.of("calimero.v1.context.committed", ContextMessages.Committed.class, LOCAL);

  /** What a call asked for beyond its context was done, or not. Published by context. */
  EventTopic<ContextMessages.FollowedUp> FOLLOWED_UP =
      EventTopic.of("calimero.v1.context.followed-up", ContextMessages.FollowedUp.class, CLUSTER);
}
