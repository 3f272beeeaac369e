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
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a context is at one position: the sum of its configuration events up to there.
 *
 * @param context the context
 * @param application what it runs
 * @param limits what a call may use
 * @param members who may call, each with what else it may do
 * @param coordinator who orders
 * @param term since how many changes of coordinator; the first is 1
 * @param epoch since how many removals of members; the first is 1. Each has keys of its own
 */
public record Configuration(
    ContextId context,
    Application application,
    Limits limits,
    SortedMap<PublicKey, Set<Capability>> members,
    PublicKey coordinator,
    long term,
    long epoch) {
  private static final int FORMAT = 2;

  /** One format byte, then the components in their order; a member with its capabilities. */
  public static final Codec<Configuration> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Configuration value) {
          out.u8(FORMAT)
              .hash(value.context.hash())
              .value(Application.CODEC, value.application)
              .value(Limits.CODEC, value.limits)
              .u32(value.members.size());
          value.members.forEach(
              (member, capabilities) -> {
                out.hash(member.hash()).u8(capabilities.size());
                new TreeSet<>(capabilities).forEach(capability -> out.u8(capability.tag()));
              });
          out.hash(value.coordinator.hash()).u64(value.term).u64(value.epoch);
        }

        @Override
        public Configuration read(final BorshReader in) {
          Formats.expect("a configuration", FORMAT, in.u8());
          return new Configuration(
              new ContextId(in.hash()),
              in.value(Application.CODEC),
              in.value(Limits.CODEC),
              readMembers(in),
              new PublicKey(in.hash()),
              in.count64(),
              in.count64());
        }

        private static SortedMap<PublicKey, Set<Capability>> readMembers(final BorshReader in) {
          final SortedMap<PublicKey, Set<Capability>> members = new TreeMap<>();
          for (int left = in.u32(); left != 0; left--) {
            final PublicKey member = new PublicKey(in.hash());
            final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
            for (int more = in.u8(); more > 0; more--) {
              capabilities.add(Capability.ofTag(in.u8()));
            }
            members.put(member, Collections.unmodifiableSet(capabilities));
          }
          return members;
        }
      };

  /** A configuration; the members are copied. */
  public Configuration {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
  }

  /** The configuration after a context's first entry. */
  public static Configuration of(final ContextCreated created) {
    final SortedMap<PublicKey, Set<Capability>> members = new TreeMap<>();
    members.put(created.creator(), Collections.unmodifiableSet(EnumSet.allOf(Capability.class)));
    return new Configuration(
        created.context(),
        created.application(),
        created.limits(),
        members,
        created.creator(),
        1,
        1);
  }

  /** The digest that a checkpoint vouches for. */
  public Hash digest() {
    return Domain.CONFIGURATION_STATE.digest(CODEC.encode(this));
  }

  /** Whether the identity may call. */
  public boolean isMember(final PublicKey identity) {
    return members.containsKey(identity);
  }

  /** Whether the member has the capability. */
  public boolean has(final PublicKey member, final Capability capability) {
    return members.getOrDefault(member, Set.of()).contains(capability);
  }

  /**
   * The configuration after an event. Whether its author may do this is for the caller to check.
   *
   * @throws MalformedException if the event cannot follow, such as a second creation
   */
  public Configuration apply(final ConfigurationEvent event) {
    return switch (event) {
      case ContextCreated _ -> throw new MalformedException("a context is created only once");
      case ApplicationUpdated updated ->
          new Configuration(
              context, updated.application(), limits, members, coordinator, term, epoch);
      case MemberAdded added ->
          isMember(added.member()) ? this : withMember(added.member(), Set.of());
      case MemberRemoved removed -> withoutMember(removed.member());
      case CapabilityGranted granted -> granted(granted.member(), granted.capability());
      case CapabilityRevoked revoked -> revoked(revoked.member(), revoked.capability());
      case CoordinatorChanged changed ->
          new Configuration(
              context, application, limits, members, changed.coordinator(), term + 1, epoch);
      case CheckpointTaken _ -> this;
    };
  }

  /**
   * The configuration after a transaction, which may have added and removed members. What may not
   * be, such as the removal of the coordinator, its call was refused.
   */
  public Configuration apply(final Outcome outcome) {
    Configuration after = this;
    for (final Action action : outcome.actions()) {
      after =
          switch (action) {
            case Action.AddMember added ->
                after.apply(new ConfigurationEvent.MemberAdded(added.member()));
            case Action.RemoveMember removed ->
                after.apply(new ConfigurationEvent.MemberRemoved(removed.member()));
            case Action.CreateContext _,
                Action.RemoveContext _,
                Action.CallContext _,
                Action.SendProposal _,
                Action.ApproveProposal _,
                Action.StoreBlob _,
                Action.AnnounceBlob _,
                Action.WitnessMigration _ ->
                after;
          };
    }
    return after;
  }

  /** Whether an entry may end an epoch: it does if whoever it removes was a member. */
  public static boolean mayEndEpoch(final Entry.Logged logged) {
    return switch (logged.entry().payload()) {
      case Entry.Configured configured -> configured.change().event() instanceof MemberRemoved;
      case Entry.Executed _ ->
          logged.outcome().map(Outcome::actions).orElse(List.of()).stream()
              .anyMatch(Action.RemoveMember.class::isInstance);
    };
  }

  private Configuration granted(final PublicKey member, final Capability capability) {
    if (!isMember(member)) {
      throw new MalformedException("unable to grant privileges to non-member");
    }
    final Set<Capability> capabilities = EnumSet.of(capability);
    capabilities.addAll(members.getOrDefault(member, Set.of()));
    return withMember(member, capabilities);
  }

  private Configuration revoked(final PublicKey member, final Capability capability) {
    final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    capabilities.addAll(members.getOrDefault(member, Set.of()));
    capabilities.remove(capability);
    return isMember(member) ? withMember(member, capabilities) : this;
  }

  private Configuration withMember(final PublicKey member, final Set<Capability> capabilities) {
    final SortedMap<PublicKey, Set<Capability>> changed = new TreeMap<>(members);
    changed.put(member, Collections.unmodifiableSet(capabilities));
    return new Configuration(context, application, limits, changed, coordinator, term, epoch);
  }

  /** What is said from here on is not for whoever was removed: a new epoch begins. */
  private Configuration withoutMember(final PublicKey member) {
    if (!isMember(member)) {
      return this;
    }
    final SortedMap<PublicKey, Set<Capability>> changed = new TreeMap<>(members);
    changed.remove(member);
    return new Configuration(context, application, limits, changed, coordinator, term, epoch + 1);
  }
}
