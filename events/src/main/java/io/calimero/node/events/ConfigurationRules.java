// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.CapabilityGranted;
import io.calimero.node.events.ConfigurationEvent.CapabilityRevoked;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.crypto.Signatures;
import java.util.Optional;

/** Who may change what. The same for the coordinator that orders and for everyone who follows. */
public final class ConfigurationRules {
  private ConfigurationRules() {}

  /**
   * Why a change may not follow, if it may not.
   *
   * @param before the configuration that it would change
   * @param change the change, whose signature need not have been verified
   * @param timestamp the time of the entry that would carry it, in nanoseconds since 1970
   */
  public static Optional<String> objection(
      final Configuration before, final ConfigurationEvent.Signed change, final long timestamp) {
    return objection(before, change, timestamp, Signatures.ED25519);
  }

  /**
   * As {@link #objection(Configuration, ConfigurationEvent.Signed, long)}.
   *
   * @param signatures verifies that of the change
   */
  public static Optional<String> objection(
      final Configuration before,
      final ConfigurationEvent.Signed change,
      final long timestamp,
      final Signatures signatures) {
    if (!change.context().equals(before.context())) {
      return Optional.of("the change is for another context");
    }
    if (!change.verify(signatures)) {
      return Optional.of("the signature of the change is not its author's");
    }
    return objection(before, change.author(), change.event(), timestamp);
  }

  /**
   * Why a change may not follow, if its author has signed it.
   *
   * @param before the configuration that it would change
   * @param author who wants it
   * @param event the change
   * @param timestamp the time of the entry that would carry it, in nanoseconds since 1970
   */
  public static Optional<String> objection(
      final Configuration before,
      final PublicKey author,
      final ConfigurationEvent event,
      final long timestamp) {
    if (event instanceof final MemberInvited invited) {
      return invitation(before, author, invited, timestamp);
    }
    if (!before.isMember(author)) {
      return Optional.of(author + " is no member of the context");
    }
    return switch (event) {
      case ContextCreated _ -> Optional.of("a context is created only once");
      case ApplicationUpdated updated ->
          updated.application().id().equals(before.application().id())
              ? Optional.of("the context runs this application already")
              : needs(before, author, Capability.MANAGE_APPLICATION);
      case MemberAdded _ -> needs(before, author, Capability.MANAGE_MEMBERS);
      case MemberRemoved removed -> removal(before, author, removed.member());
      case CapabilityGranted granted ->
          before.isMember(granted.member())
              ? needs(before, author, granted.capability())
              : Optional.of("unable to grant privileges to non-member");
      case CapabilityRevoked revoked -> needs(before, author, revoked.capability());
      case CoordinatorChanged changed -> handover(before, author, changed.coordinator());
      case CheckpointTaken _ -> onlyCoordinator(before, author);
      case MemberInvited invited -> invitation(before, author, invited, timestamp);
    };
  }

  private static Optional<String> handover(
      final Configuration before, final PublicKey author, final PublicKey to) {
    if (!before.isMember(to)) {
      return Optional.of("a coordinator must be a member");
    }
    return to.equals(before.coordinator())
        ? Optional.of(to + " is the coordinator already")
        : onlyCoordinator(before, author);
  }

  /**
   * An open invitation is good until its time, as often as it says, while its inviter may manage
   * members, and until somebody is expelled: whoever that is must not come back by it.
   */
  private static Optional<String> invitation(
      final Configuration before,
      final PublicKey author,
      final MemberInvited invited,
      final long timestamp) {
    final OpenInvitation invitation = invited.invitation();
    if (!author.equals(invited.member())) {
      return Optional.of("an open invitation is accepted by whoever joins");
    }
    if (!invitation.context().equals(before.context()) || !invitation.verify()) {
      return Optional.of("the invitation is not one of this context, signed by its inviter");
    }
    if (before.isMember(author)) {
      return Optional.of(author + " is a member already");
    }
    if (timestamp > invitation.expires()) {
      return Optional.of("the invitation has expired");
    }
    if (invitation.round() != before.admission().round()) {
      return Optional.of("the invitation is void, since a member was removed after it was made");
    }
    if (invitation.uses() > 0 && before.admission().used(invitation) >= invitation.uses()) {
      return Optional.of("the invitation has been used up");
    }
    return needs(before, invitation.inviter(), Capability.MANAGE_MEMBERS);
  }

  /** Everybody may leave, but for the one without whom nothing is ordered. */
  private static Optional<String> removal(
      final Configuration before, final PublicKey author, final PublicKey member) {
    if (member.equals(before.coordinator())) {
      return Optional.of("the coordinator cannot be removed: another has to become it first");
    }
    return author.equals(member)
        ? Optional.empty()
        : needs(before, author, Capability.MANAGE_MEMBERS);
  }

  private static Optional<String> needs(
      final Configuration before, final PublicKey author, final Capability capability) {
    return before.has(author, capability)
        ? Optional.empty()
        : Optional.of(author + " lacks the capability " + capability.text());
  }

  private static Optional<String> onlyCoordinator(
      final Configuration before, final PublicKey author) {
    return author.equals(before.coordinator())
        ? Optional.empty()
        : Optional.of("only the coordinator may do this");
  }
}
