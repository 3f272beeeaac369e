// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.crypto.Signer;

/** A change of what a context is, as against what its application's state is. */
public sealed interface ConfigurationEvent {
  /** The alternative's tag, in the order below, then its fields. */
  Codec<ConfigurationEvent> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final ConfigurationEvent value) {
          switch (value) {
            case ContextCreated e -> {
              out.u8(0);
              e.writeUnproven(out);
              out.value(Signature.CODEC, e.proof);
            }
            case ApplicationUpdated e -> out.u8(1).value(Application.CODEC, e.application);
            case MemberAdded e -> out.u8(2).hash(e.member.hash());
            case MemberRemoved e -> out.u8(3).hash(e.member.hash());
            case CapabilityGranted e -> out.u8(4).hash(e.member.hash()).u8(e.capability.tag());
            case CapabilityRevoked e -> out.u8(5).hash(e.member.hash()).u8(e.capability.tag());
            case CoordinatorChanged e -> out.u8(6).hash(e.coordinator.hash());
            case CheckpointTaken e ->
                out.u8(7)
                    .u64(e.position)
                    .hash(e.stateRoot)
                    .u64(e.keys)
                    .u64(e.bytes)
                    .hash(e.configuration);
            case MemberInvited e ->
                out.u8(8).hash(e.member.hash()).value(OpenInvitation.CODEC, e.invitation);
          }
        }

        @Override
        public ConfigurationEvent read(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 0 ->
                new ContextCreated(
                    new ContextId(in.hash()),
                    in.value(Application.CODEC),
                    new PublicKey(in.hash()),
                    in.value(Limits.CODEC),
                    in.value(Signature.CODEC));
            case 1 -> new ApplicationUpdated(in.value(Application.CODEC));
            case 2 -> new MemberAdded(new PublicKey(in.hash()));
            case 3 -> new MemberRemoved(new PublicKey(in.hash()));
            case 4 -> new CapabilityGranted(new PublicKey(in.hash()), Capability.ofTag(in.u8()));
            case 5 -> new CapabilityRevoked(new PublicKey(in.hash()), Capability.ofTag(in.u8()));
            case 6 -> new CoordinatorChanged(new PublicKey(in.hash()));
            case 7 ->
                new CheckpointTaken(in.count64(), in.hash(), in.count64(), in.count64(), in.hash());
            case 8 -> new MemberInvited(new PublicKey(in.hash()), in.value(OpenInvitation.CODEC));
            default -> throw Formats.unknown("a configuration event", tag);
          };
        }
      };

  /**
   * The first entry of every context.
   *
   * @param context the context
   * @param application what it runs
   * @param creator its first member, who may do everything and coordinates at first
   * @param limits what a call may use
   * @param proof by the context secret, so that nobody can begin a context in another's name
   */
  record ContextCreated(
      ContextId context, Application application, PublicKey creator, Limits limits, Signature proof)
      implements ConfigurationEvent {

    /** The event with its proof; the signer must be the context's one-off key. */
    public static ContextCreated prove(
        final Signer contextKey,
        final Application application,
        final PublicKey creator,
        final Limits limits) {
      final ContextId context = new ContextId(contextKey.publicKey().hash());
      final Hash digest = digest(context, application, creator, limits);
      return new ContextCreated(context, application, creator, limits, contextKey.sign(digest));
    }

    /** Whether the proof is the context secret's. */
    public boolean verify() {
      return verify(Signatures.ED25519);
    }

    /** As {@link #verify()}, by somebody who may know. */
    public boolean verify(final Signatures signatures) {
      return signatures.verify(
          new PublicKey(context.hash()), digest(context, application, creator, limits), proof);
    }

    private static Hash digest(
        final ContextId context,
        final Application application,
        final PublicKey creator,
        final Limits limits) {
      final BorshWriter out = new BorshWriter();
      writeUnproven(out, context, application, creator, limits);
      return Domain.GENESIS.digest(out.toByteArray());
    }

    private void writeUnproven(final BorshWriter out) {
      writeUnproven(out, context, application, creator, limits);
    }

    private static void writeUnproven(
        final BorshWriter out,
        final ContextId context,
        final Application application,
        final PublicKey creator,
        final Limits limits) {
      out.hash(context.hash())
          .value(Application.CODEC, application)
          .hash(creator.hash())
          .value(Limits.CODEC, limits);
    }
  }

  /**
   * The code changes.
   *
   * @param application what the context runs from the next entry on
   */
  record ApplicationUpdated(Application application) implements ConfigurationEvent {}

  /**
   * Somebody may call from now on.
   *
   * @param member who
   */
  record MemberAdded(PublicKey member) implements ConfigurationEvent {}

  /**
   * Somebody may not call any more and loses every capability.
   *
   * @param member who
   */
  record MemberRemoved(PublicKey member) implements ConfigurationEvent {}

  /**
   * A member may do more.
   *
   * @param member who
   * @param capability what
   */
  record CapabilityGranted(PublicKey member, Capability capability) implements ConfigurationEvent {}

  /**
   * A member may do less.
   *
   * @param member who
   * @param capability what no more
   */
  record CapabilityRevoked(PublicKey member, Capability capability) implements ConfigurationEvent {}

  /**
   * Another member orders from the next entry on, in the next term.
   *
   * @param coordinator who
   */
  record CoordinatorChanged(PublicKey coordinator) implements ConfigurationEvent {}

  /**
   * The state root at the position before this entry's, and what the context is there, vouched for.
   * Whoever executes the log compares both.
   *
   * @param position where
   * @param stateRoot the root there
   * @param keys how many keys the state has there
   * @param bytes the bytes of all of them and their values
   * @param configuration the {@link Configuration#digest} there
   */
  record CheckpointTaken(long position, Hash stateRoot, long keys, long bytes, Hash configuration)
      implements ConfigurationEvent {}

  /**
   * Somebody who has an open invitation makes themselves a member, and may call from now on.
   *
   * @param member who; the author of the change
   * @param invitation by which right
   */
  record MemberInvited(PublicKey member, OpenInvitation invitation) implements ConfigurationEvent {}

  /** A change with the signature of the member who asked for it. */
  record Signed(
      ContextId context,
      PublicKey author,
      Bytes uniqueId,
      ConfigurationEvent event,
      Signature signature) {
    /** Context, author, unique id (sixteen raw bytes), event, signature. */
    public static final Codec<Signed> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Signed value) {
            writeUnsigned(out, value.context, value.author, value.uniqueId, value.event);
            out.value(Signature.CODEC, value.signature);
          }

          @Override
          public Signed read(final BorshReader in) {
            return new Signed(
                new ContextId(in.hash()),
                new PublicKey(in.hash()),
                Bytes.wrap(in.fixed(Transaction.UNIQUE_ID_LENGTH)),
                in.value(ConfigurationEvent.CODEC),
                in.value(Signature.CODEC));
          }
        };

    /**
     * A signed change.
     *
     * @throws MalformedException if the unique id is not of sixteen bytes
     */
    public Signed {
      if (uniqueId.length() != Transaction.UNIQUE_ID_LENGTH) {
        throw new MalformedException("a unique id of " + uniqueId.length() + " bytes");
      }
    }

    /** Signs a change in the name of the signer. */
    public static Signed sign(
        final Signer author,
        final ContextId context,
        final Bytes uniqueId,
        final ConfigurationEvent event) {
      final Hash digest = digest(context, author.publicKey(), uniqueId, event);
      return new Signed(context, author.publicKey(), uniqueId, event, author.sign(digest));
    }

    /** What the author signs, which also names the change. */
    public Hash hash() {
      return digest(context, author, uniqueId, event);
    }

    /** Whether the signature is the author's. */
    public boolean verify() {
      return verify(Signatures.ED25519);
    }

    /** As {@link #verify()}, by somebody who may know. */
    public boolean verify(final Signatures signatures) {
      return signatures.verify(author, digest(context, author, uniqueId, event), signature);
    }

    private static Hash digest(
        final ContextId context,
        final PublicKey author,
        final Bytes uniqueId,
        final ConfigurationEvent event) {
      final BorshWriter out = new BorshWriter();
      writeUnsigned(out, context, author, uniqueId, event);
      return Domain.CONFIGURATION.digest(out.toByteArray());
    }

    private static void writeUnsigned(
        final BorshWriter out,
        final ContextId context,
        final PublicKey author,
        final Bytes uniqueId,
        final ConfigurationEvent event) {
      out.hash(context.hash())
          .hash(author.hash())
          .fixed(uniqueId.unsafeArray())
          .value(ConfigurationEvent.CODEC, event);
    }
  }
}
