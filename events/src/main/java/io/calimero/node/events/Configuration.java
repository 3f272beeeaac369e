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
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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
 * @param former the applications that it ran before, in their order: its history rests on them
 * @param admission what is remembered of open invitations
 */
public record Configuration(
    ContextId context,
    Application application,
    Limits limits,
    SortedMap<PublicKey, Set<Capability>> members,
    PublicKey coordinator,
    long term,
    long epoch,
    List<ApplicationId> former,
    Admission admission) {
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
          out.hash(value.coordinator.hash())
              .u64(value.term)
              .u64(value.epoch)
              .u32(value.former.size());
          value.former.forEach(application -> out.hash(application.hash()));
          out.value(Admission.CODEC, value.admission);
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
              in.count64(),
              readFormer(in),
              in.value(Admission.CODEC));
        }

        private static List<ApplicationId> readFormer(final BorshReader in) {
          final List<ApplicationId> former = new ArrayList<>();
          for (int left = in.u32(); left != 0; left--) {
            former.add(new ApplicationId(in.hash()));
          }
          return former;
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

  /** A configuration; the collections are copied. */
  public Configuration {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    former = List.copyOf(former);
  }

  /** A configuration of a context that has run one application only, and has not been opened. */
  public Configuration(
      final ContextId context,
      final Application application,
      final Limits limits,
      final SortedMap<PublicKey, Set<Capability>> members,
      final PublicKey coordinator,
      final long term,
      final long epoch) {
    this(
        context, application, limits, members, coordinator, term, epoch, List.of(), Admission.NONE);
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

  /** Whether the context runs the application, or ran it before. */
  public boolean rests(final ApplicationId on) {
    return application.id().equals(on) || former.contains(on);
  }

  /**
   * The configuration after an entry behind the first one: after its change, and what its call did.
   * Whether it may follow is for the caller to check.
   *
   * @param outcome what the entry did, if it ran something
   * @throws MalformedException if its change cannot follow, such as a second creation
   */
  public Configuration after(final Entry entry, final Optional<Outcome> outcome) {
    final Configuration changed =
        switch (entry.payload()) {
          case Entry.Executed _ -> this;
          case Entry.Configured configured ->
              apply(configured.change().author(), configured.change().event(), entry.timestamp());
        };
    return outcome.map(changed::apply).orElse(changed);
  }

  private Configuration apply(
      final PublicKey author, final ConfigurationEvent event, final long timestamp) {
    return switch (event) {
      case MemberInvited invited ->
          withMember(invited.member(), Set.of())
              .admitting(admission.using(invited.invitation(), timestamp));
      case MemberRemoved removed when removed.member().equals(author) ->
          withoutMember(removed.member());
      default -> apply(event);
    };
  }

  /**
   * The configuration after an event, of which neither author nor time is known: {@link #after}
   * knows more. Whether its author may do this is for the caller to check.
   *
   * @throws MalformedException if the event cannot follow, such as a second creation
   */
  public Configuration apply(final ConfigurationEvent event) {
    return switch (event) {
      case ContextCreated _ -> throw new MalformedException("a context is created only once");
      case ApplicationUpdated updated -> running(updated.application());
      case MemberAdded added ->
          isMember(added.member()) ? this : withMember(added.member(), Set.of());
      case MemberRemoved removed -> expelling(removed.member());
      case CapabilityGranted granted -> granted(granted.member(), granted.capability());
      case CapabilityRevoked revoked -> revoked(revoked.member(), revoked.capability());
      case CoordinatorChanged changed ->
          new Configuration(
              context,
              application,
              limits,
              members,
              changed.coordinator(),
              term + 1,
              epoch,
              former,
              admission);
      case CheckpointTaken _ -> this;
      case MemberInvited invited ->
          withMember(invited.member(), Set.of())
              .admitting(admission.using(invited.invitation(), 0));
    };
  }

  private Configuration running(final Application next) {
    final List<ApplicationId> before = new ArrayList<>(former);
    if (!before.contains(application.id())) {
      before.add(application.id());
    }
    return new Configuration(
        context, next, limits, members, coordinator, term, epoch, before, admission);
  }

  /** Whoever was removed by another must not come back by an invitation that was made before. */
  private Configuration expelling(final PublicKey member) {
    return isMember(member) ? withoutMember(member).admitting(admission.closing()) : this;
  }

  private Configuration admitting(final Admission next) {
    return new Configuration(
        context, application, limits, members, coordinator, term, epoch, former, next);
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
    return new Configuration(
        context, application, limits, changed, coordinator, term, epoch, former, admission);
  }

  /** What is said from here on is not for whoever was removed: a new epoch begins. */
  private Configuration withoutMember(final PublicKey member) {
    if (!isMember(member)) {
      return this;
    }
    final SortedMap<PublicKey, Set<Capability>> changed = new TreeMap<>(members);
    changed.remove(member);
    return new Configuration(
        context, application, limits, changed, coordinator, term, epoch + 1, former, admission);
  }
}
