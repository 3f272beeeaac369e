// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.events.Application;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.CapabilityGranted;
import io.calimero.node.events.ConfigurationEvent.CapabilityRevoked;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.Signer;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Who may do what in contexts, and what they run: the functions of what the protocol calls the
 * context config contract. The log of a context answers them here; a client of a chain can answer
 * them in its place. Stages fail with {@link io.calimero.node.events.NodeException}.
 */
public interface ContextConfig {

  /** What a context runs. */
  CompletionStage<Application> application(ContextId context);

  /**
   * A part of the members, in the order of their identities.
   *
   * @param offset how many are passed over
   * @param length how many at most
   */
  CompletionStage<List<PublicKey>> members(ContextId context, int offset, int length);

  /**
   * What members may do beyond calling.
   *
   * @param identities whom it is asked of, each of whom is answered; with none, all who may do
   *     something are
   */
  CompletionStage<SortedMap<PublicKey, Set<Capability>>> privileges(
      ContextId context, List<PublicKey> identities);

  /**
   * Makes a context known. It is when the stage completes.
   *
   * @param created with the proof of the context's key
   */
  CompletionStage<Head> add(ConfigurationEvent.ContextCreated created);

  /**
   * Changes a context in the name of the signer, who must be allowed to.
   *
   * @return the head with the change, once that is on the coordinator's disk
   */
  CompletionStage<Head> change(Signer author, ContextId context, ConfigurationEvent event);

  /** Changes what a context runs. */
  default CompletionStage<Head> updateApplication(
      final Signer author, final ContextId context, final Application application) {
    return change(author, context, new ApplicationUpdated(application));
  }

  /** Makes somebody a member. */
  default CompletionStage<Head> addMember(
      final Signer author, final ContextId context, final PublicKey member) {
    return change(author, context, new MemberAdded(member));
  }

  /** Removes a member. */
  default CompletionStage<Head> removeMember(
      final Signer author, final ContextId context, final PublicKey member) {
    return change(author, context, new MemberRemoved(member));
  }

  /** Lets a member do more. */
  default CompletionStage<Head> grant(
      final Signer author,
      final ContextId context,
      final PublicKey member,
      final Capability capability) {
    return change(author, context, new CapabilityGranted(member, capability));
  }

  /** Lets a member do less. */
  default CompletionStage<Head> revoke(
      final Signer author,
      final ContextId context,
      final PublicKey member,
      final Capability capability) {
    return change(author, context, new CapabilityRevoked(member, capability));
  }
}
