// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.MembershipMessages;

/** Governing contexts: members and what they may do, changes, repair. A part of {@link Topics}. */
sealed interface GoverningTopics permits Topics {
  /** Gets the members of a context. Answered by context. */
  CommandTopic<MembershipMessages.GetMembers, MembershipMessages.Members> CONTEXT_MEMBERS =
      CommandTopic.of(
          "calimero.v1.context.members",
          MembershipMessages.GetMembers.class,
          MembershipMessages.Members.class,
          CLUSTER,
          SHORT,
          256);

  /**
   * Changes a context by an entry of its log. Answered by context, when it is on the coordinator's
   * disk.
   */
  CommandTopic<MembershipMessages.Alter, MembershipMessages.Altered> CONTEXT_ALTER =
      CommandTopic.of(
          "calimero.v1.context.alter",
          MembershipMessages.Alter.class,
          MembershipMessages.Altered.class,
          CLUSTER,
          CALL,
          64);

  /** Leaves a context. Answered by context. */
  CommandTopic<MembershipMessages.Leave, MembershipMessages.Left> CONTEXT_LEAVE =
      CommandTopic.of(
          "calimero.v1.context.leave",
          MembershipMessages.Leave.class,
          MembershipMessages.Left.class,
          CLUSTER,
          CALL,
          16);

  /** Makes an open invitation. Each makes another. Answered by context. */
  CommandTopic<MembershipMessages.InviteOpenly, ContextMessages.Invited> CONTEXT_OPEN =
      CommandTopic.of(
          "calimero.v1.context.open",
          MembershipMessages.InviteOpenly.class,
          ContextMessages.Invited.class,
          CLUSTER,
          CALL,
          64);

  /** Repairs a context that has diverged. Answered by context. */
  CommandTopic<MembershipMessages.Repair, MembershipMessages.Repaired> CONTEXT_REPAIR =
      CommandTopic.of(
          "calimero.v1.context.repair",
          MembershipMessages.Repair.class,
          MembershipMessages.Repaired.class,
          CLUSTER,
          LONG,
          4);

  /** Executes a log once more. Answered by execution, asked by context. */
  CommandTopic<MembershipMessages.Reexecute, MembershipMessages.Reexecuted> CONTEXT_REEXECUTE =
      CommandTopic.of(
          "calimero.v1.context.reexecute",
          MembershipMessages.Reexecute.class,
          MembershipMessages.Reexecuted.class,
          LOCAL,
          LONG,
          4);

  /** A context has diverged, and is stopped on this node. Published by context. */
  EventTopic<MembershipMessages.Diverged> CONTEXT_DIVERGED =
      EventTopic.of("calimero.v1.context.diverged", MembershipMessages.Diverged.class, CLUSTER);
}
