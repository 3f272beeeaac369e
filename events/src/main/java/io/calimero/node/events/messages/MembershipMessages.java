// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import java.util.List;
import java.util.Optional;

/** Commands by which a context is governed, and their replies. */
public final class MembershipMessages {
  private MembershipMessages() {}

  /**
   * Asks who the members of a context are.
   *
   * @param context which
   */
  public record GetMembers(ContextId context) {}

  /**
   * The members of a context.
   *
   * @param members in the order of their identities
   */
  public record Members(List<Member> members) {}

  /**
   * A member.
   *
   * @param identity who
   * @param capabilities what it may do beyond calling
   * @param owned whether its key is on this node
   * @param coordinates whether its node orders the context
   */
  public record Member(
      PublicKey identity, List<Capability> capabilities, boolean owned, boolean coordinates) {}

  /** What can be changed in a context. */
  public sealed interface Alteration {}

  /**
   * Makes somebody a member.
   *
   * @param member who
   */
  public record AddMember(PublicKey member) implements Alteration {}

  /**
   * Removes a member, with all that it may do. What it has written stays.
   *
   * @param member who; not the coordinator
   */
  public record RemoveMember(PublicKey member) implements Alteration {}

  /**
   * Lets a member do more.
   *
   * @param member who
   * @param capability what; one that its author has
   */
  public record Grant(PublicKey member, Capability capability) implements Alteration {}

  /**
   * Lets a member do less.
   *
   * @param member who
   * @param capability what; one that its author has
   */
  public record Revoke(PublicKey member, Capability capability) implements Alteration {}

  /**
   * Changes the code. If the new module has {@code migrate}, it runs as part of the entry.
   *
   * @param application installed on this node
   */
  public record UpdateApplication(ApplicationId application) implements Alteration {}

  /**
   * Makes another member's node the one that orders. Only the coordinator may.
   *
   * @param member whose
   */
  public record HandOver(PublicKey member) implements Alteration {}

  /**
   * Changes a context by an entry of its log.
   *
   * @param context which
   * @param author a member whose key is on this node; the first who may do it if absent
   * @param alteration what
   */
  public record Alter(ContextId context, Optional<PublicKey> author, Alteration alteration) {}

  /**
   * The change is on the coordinator's disk.
   *
   * @param head the log with it; as far as it has come to this node
   * @param warning what should be known, if something should
   */
  public record Altered(Head head, Optional<String> warning) {}

  /**
   * Leaves a context: its members of this node remove themselves, and nothing of it is taken in any
   * more.
   *
   * @param context which
   * @param member who; all those of this node if absent
   * @param keepLog whether the log stays here, to be read
   */
  public record Leave(ContextId context, Optional<PublicKey> member, boolean keepLog) {}

  /**
   * It was left.
   *
   * @param members who has left
   * @param removed whether the context is gone from this node
   */
  public record Left(List<PublicKey> members, boolean removed) {}

  /**
   * Makes an invitation that whoever has it can join by.
   *
   * @param context where
   * @param inviter a member who may manage members, whose key is on this node; the first one if
   *     absent
   * @param uses how often it is good; 0 for any number
   * @param seconds for how long it is good, from now on
   */
  public record InviteOpenly(
      ContextId context, Optional<PublicKey> inviter, int uses, long seconds) {}

  /**
   * Asks a member elsewhere to have an open invitation honoured. Answered when it is on the
   * coordinator's disk.
   *
   * @param change signed by who joins
   * @param addresses where members are, each ending with its peer
   */
  public record Knock(ConfigurationEvent.Signed change, List<String> addresses) {}

  /**
   * A context has diverged: it takes no more entries on this node, and no writes. The evidence is
   * on disk.
   *
   * @param context which
   * @param position where the difference is
   * @param reason what it is
   */
  public record Diverged(ContextId context, long position, String reason) {}

  /**
   * Repairs a context that has diverged, if it can be.
   *
   * @param context which
   */
  public record Repair(ContextId context) {}

  /**
   * What came of a repair.
   *
   * @param repaired whether the context goes on
   * @param head the end of its log
   * @param finding what differs, and what can be done; or what was found to be right
   */
  public record Repaired(boolean repaired, Head head, String finding) {}

  /**
   * Executes a context's log once more, compares, and makes its state anew.
   *
   * @param context which
   */
  public record Reexecute(ContextId context) {}

  /**
   * What executing once more gave.
   *
   * @param head the last position that is right
   * @param executed how many transactions were executed
   * @param difference what is wrong behind it, if something is
   */
  public record Reexecuted(Head head, long executed, Optional<String> difference) {}

  /**
   * Asks whether a member's node was met since this one started.
   *
   * @param context where
   * @param member who
   */
  public record HasMet(ContextId context, PublicKey member) {}

  /**
   * Whether it was.
   *
   * @param met it has proven to speak for the member
   */
  public record Met(boolean met) {}

  /**
   * Compares the end of a context's log with the coordinator's log.
   *
   * @param context which
   */
  public record Compare(ContextId context) {}

  /**
   * What comparing gave.
   *
   * @param difference what differs; nothing if the coordinator has the same entry there
   */
  public record Compared(Optional<String> difference) {}
}
