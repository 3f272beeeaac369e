// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Action;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.peers.Membership;
import java.util.List;
import java.util.Optional;

/** Commands about contexts and identities, and their replies. */
public final class ContextMessages {
  private ContextMessages() {}

  /**
   * Creates a context and runs its {@code init}. Nothing is left of it if that fails.
   *
   * @param application what it runs
   * @param seed what its identifier is derived from; random if absent
   * @param initialization the input of {@code init}
   * @param gas the gas of a call, fixed for good; from 1 to what the node that creates it allows,
   *     which refuses others as {@code INVALID_REQUEST}; if absent, what that node gives
   */
  public record Create(
      ApplicationId application, Optional<Hash> seed, Bytes initialization, Optional<Long> gas) {
    /**
     * The components in their order; the gas as a number behind them if it is named, else nothing:
     * as before there was any.
     */
    public static final Codec<Create> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Create value) {
            out.hash(value.application.hash())
                .option(value.seed, Hash.CODEC)
                .bytes(value.initialization);
            value.gas.ifPresent(out::u64);
          }

          @Override
          public Create read(final BorshReader in) {
            return new Create(
                new ApplicationId(in.hash()),
                in.option(Hash.CODEC),
                in.bytes(),
                in.remaining() == 0 ? Optional.empty() : Optional.of(in.u64()));
          }
        };

    /** Creates a context with the gas that the node gives. */
    public Create(
        final ApplicationId application, final Optional<Hash> seed, final Bytes initialization) {
      this(application, seed, initialization, Optional.empty());
    }
  }

  /**
   * A context was created; it is on disk.
   *
   * @param context its identifier
   * @param member the identity that was made for its creator
   */
  public record Created(ContextId context, PublicKey member) {}

  /** Asks for all contexts. */
  public record ListAll() {}

  /**
   * All contexts.
   *
   * @param contexts in the order of their identifiers
   * @param missing the nodes of the cluster that should have been asked and did not answer
   */
  public record All(List<Summary> contexts, List<String> missing) {
    /** All that one node has. */
    public All(final List<Summary> contexts) {
      this(contexts, List.of());
    }
  }

  /**
   * Asks for one context.
   *
   * @param context which
   */
  public record Get(ContextId context) {}

  /**
   * Asks what a call of a context may use.
   *
   * @param context which
   */
  public record GetLimits(ContextId context) {}

  /**
   * A context in short.
   *
   * @param context its identifier
   * @param application what it runs
   * @param head the end of its log
   * @param members who may call, in order
   * @param owned those of them whose keys are on this node
   * @param coordinator who orders
   * @param term since how many changes of coordinator
   * @param epoch since how many removals of members
   * @param damage why it refuses writes, if it does
   */
  public record Summary(
      ContextId context,
      ApplicationId application,
      Head head,
      List<PublicKey> members,
      List<PublicKey> owned,
      PublicKey coordinator,
      long term,
      long epoch,
      Optional<String> damage) {}

  /**
   * Removes a context from this node: its log, its state and its keys.
   *
   * @param context which
   */
  public record Remove(ContextId context) {}

  /**
   * Whether something was removed.
   *
   * @param removed false if there was nothing to remove
   */
  public record Removed(boolean removed) {}

  /** Makes an identity, to be used in a context to come. */
  public record CreateIdentity() {}

  /**
   * An identity was made; its key is on disk.
   *
   * @param identity its public key
   */
  public record IdentityCreated(PublicKey identity) {}

  /**
   * Asks for a part of a context's log.
   *
   * @param context which
   * @param from the first position
   * @param maxEntries how many entries at most
   * @param maxBytes how many bytes at most, though at least one entry if there is one
   */
  public record ReadLog(ContextId context, long from, int maxEntries, int maxBytes) {}

  /**
   * A part of a log.
   *
   * @param entries the entries, without a gap
   * @param head the end of the log when it was read
   */
  public record LogPart(List<Entry.Logged> entries, Head head) {}

  /**
   * Entries are on disk.
   *
   * @param context whose
   * @param entries the entries, without a gap
   */
  public record Committed(ContextId context, List<Entry.Logged> entries) {
    /** The end of the log with these entries. */
    public Head head() {
      return entries.getLast().signed().head();
    }
  }

  /**
   * Makes an identity a member and tells how to join.
   *
   * @param context where
   * @param inviter a member who may manage members, and whose key is on this node
   * @param invitee the identity; may be a member already
   */
  public record Invite(ContextId context, PublicKey inviter, PublicKey invitee) {}

  /**
   * The identity is a member, on disk.
   *
   * @param invitation what it needs to join, as text
   */
  public record Invited(String invitation) {}

  /**
   * Joins a context.
   *
   * @param invitation as text; to an identity whose key is on this node, or an open one
   * @param member in whose name an open one is accepted, with a key on this node; a new identity if
   *     absent
   */
  public record Join(String invitation, Optional<PublicKey> member) {
    /** Joins by an invitation to an identity, or in the name of a new one. */
    public Join(final String invitation) {
      this(invitation, Optional.empty());
    }
  }

  /**
   * The context is on this node, with a first part of its log at least.
   *
   * @param context which
   * @param member the identity that joined
   */
  public record Joined(ContextId context, PublicKey member) {}

  /**
   * Takes entries that its coordinator has signed into a context's log, after verifying and
   * executing them. Those that are in it already are passed over.
   *
   * @param context which; one that is being joined, or one whose coordinator is elsewhere
   * @param entries without a gap
   */
  public record Apply(ContextId context, List<Entry.Signed> entries) {}

  /**
   * The entries are on disk.
   *
   * @param head the end of the log
   */
  public record Applied(Head head) {}

  /**
   * Proves that this node speaks for a member.
   *
   * @param membership the conversation that the proof is for
   * @param server whether this node answers in it
   * @param member the member, whose key is on this node
   */
  public record Prove(Membership membership, boolean server, PublicKey member) {}

  /**
   * The proof.
   *
   * @param signature the member's
   */
  public record Proven(Signature signature) {}

  /**
   * Orders what a member has signed on another node. Answered by the coordinator only.
   *
   * @param transaction the call
   * @param after the transaction that must have been dealt with before it, if one is under way: so
   *     the order of a member's transactions is kept while several are on their way
   * @param since behind which position its entry is, if it has one, by the word of its executor's
   *     node: 0 if nothing is known of it. A coordinator whose log begins behind the position after
   *     it answers {@code LOG_BEGINS_LATER}, unless the transaction expects a prior
   */
  public record Order(Transaction.Signed transaction, Optional<Hash> after, long since) {
    /** A transaction of which nothing more is known. */
    public Order(final Transaction.Signed transaction, final Optional<Hash> after) {
      this(transaction, after, 0);
    }

    /** A transaction that follows no other. */
    public Order(final Transaction.Signed transaction) {
      this(transaction, Optional.empty());
    }
  }

  /**
   * Orders a change that a member has signed on another node. Answered by the coordinator only.
   *
   * @param change the change
   */
  public record OrderChange(ConfigurationEvent.Signed change) {}

  /**
   * A context is gone from this node.
   *
   * @param context which
   */
  public record Gone(ContextId context) {}

  /**
   * What a call asked for beyond its context has been done by this node, or cannot be. Told after
   * the entry is on disk.
   *
   * @param context the context that asked
   * @param position the position of the entry that asks
   * @param index which of the actions of its outcome
   * @param action what was asked for
   * @param failure why it was not done; nothing if it was
   */
  public record FollowedUp(
      ContextId context, long position, int index, Action action, Optional<String> failure) {}
}
