// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.CapabilityGranted;
import io.calimero.node.events.ConfigurationEvent.CapabilityRevoked;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import java.util.Optional;

/** Who may change what. The same for the coordinator that orders and for everyone who follows. */
public final class ConfigurationRules {
  private ConfigurationRules() {}

  /**
   * Why a change may not follow, if it may not.
   *
   * @param before the configuration that it would change
   * @param change the change, whose signature need not have been verified
   */
  public static Optional<String> objection(
      final Configuration before, final ConfigurationEvent.Signed change) {
    final PublicKey author = change.author();
    if (!change.context().equals(before.context())) {
      return Optional.of("the change is for another context");
    }
    if (!change.verify()) {
      return Optional.of("the signature of the change is not its author's");
    }
    if (!before.isMember(author)) {
      return Optional.of(author + " is no member of the context");
    }
    return switch (change.event()) {
      case ContextCreated _ -> Optional.of("a context is created only once");
      case ApplicationUpdated _ -> needs(before, author, Capability.MANAGE_APPLICATION);
      case MemberAdded _ -> needs(before, author, Capability.MANAGE_MEMBERS);
      case MemberRemoved removed -> removal(before, author, removed.member());
      case CapabilityGranted granted ->
          before.isMember(granted.member())
              ? needs(before, author, granted.capability())
              : Optional.of("unable to grant privileges to non-member");
      case CapabilityRevoked revoked -> needs(before, author, revoked.capability());
      case CoordinatorChanged changed ->
          before.isMember(changed.coordinator())
              ? onlyCoordinator(before, author)
              : Optional.of("a coordinator must be a member");
      case CheckpointTaken _ -> onlyCoordinator(before, author);
    };
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
