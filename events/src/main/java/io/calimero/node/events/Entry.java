// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signer;
import java.util.Optional;

/**
 * One step of a context: what its coordinator put at one position of its log.
 *
 * @param context the context
 * @param position the sequence number, from 1 on without a gap
 * @param prior the hash of the entry before, {@link Hash#ZERO} at position 1
 * @param timestamp the coordinator's time in nanoseconds since 1970, always later than the prior's
 * @param term which coordination this is; grows by one when the coordinator changes
 * @param payload what happens
 */
public record Entry(
    ContextId context, long position, Hash prior, long timestamp, long term, Payload payload) {
  private static final int FORMAT = 1;

  /** One format byte, then the components in their order. */
  public static final Codec<Entry> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Entry value) {
          out.u8(FORMAT)
              .hash(value.context.hash())
              .u64(value.position)
              .hash(value.prior)
              .u64(value.timestamp)
              .u64(value.term)
              .value(Payload.CODEC, value.payload);
        }

        @Override
        public Entry read(final BorshReader in) {
          Formats.expect("an entry", FORMAT, in.u8());
          return new Entry(
              new ContextId(in.hash()),
              in.count64(),
              in.hash(),
              in.count64(),
              in.count64(),
              in.value(Payload.CODEC));
        }
      };

  /** The entry hash, which the next entry names and the coordinator signs. */
  public Hash hash() {
    return Domain.ENTRY.digest(CODEC.encode(this));
  }

  /**
   * The entry that puts a payload behind a head. The clock may stand or go back: the timestamp does
   * not.
   */
  public static Entry after(
      final ContextId context,
      final Head head,
      final long now,
      final long term,
      final Payload payload) {
    return new Entry(
        context, head.position() + 1, head.hash(), timeAfter(head, now), term, payload);
  }

  /** The timestamp of an entry that is put behind the head at the time {@code now}. */
  public static long timeAfter(final Head head, final long now) {
    return Math.max(now, head.timestamp() + 1);
  }

  /** What an entry carries. */
  public sealed interface Payload {
    /** The alternative's tag, in the order below, then its fields. */
    Codec<Payload> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Payload value) {
            switch (value) {
              case Executed executed ->
                  out.u8(0)
                      .value(Transaction.Signed.CODEC, executed.transaction)
                      .hash(executed.outcomeDigest);
              case Configured configured ->
                  out.u8(1).value(ConfigurationEvent.Signed.CODEC, configured.change);
            }
          }

          @Override
          public Payload read(final BorshReader in) {
            final int tag = in.u8();
            return switch (tag) {
              case 0 -> new Executed(in.value(Transaction.Signed.CODEC), in.hash());
              case 1 -> new Configured(in.value(ConfigurationEvent.Signed.CODEC));
              default -> throw Formats.unknown("an entry", tag);
            };
          }
        };
  }

  /**
   * A transaction was executed.
   *
   * @param transaction the call
   * @param outcomeDigest what every replica must find
   */
  public record Executed(Transaction.Signed transaction, Hash outcomeDigest) implements Payload {}

  /**
   * The configuration changed.
   *
   * @param change how
   */
  public record Configured(ConfigurationEvent.Signed change) implements Payload {}

  /**
   * An entry with its coordinator's signature, not yet verified.
   *
   * @param entry the entry
   * @param hash its hash, always recomputed when read
   * @param signature over the hash
   */
  public record Signed(Entry entry, Hash hash, Signature signature) {
    /** The entry and the signature; the hash is derived. */
    public static final Codec<Signed> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Signed value) {
            out.value(Entry.CODEC, value.entry).value(Signature.CODEC, value.signature);
          }

          @Override
          public Signed read(final BorshReader in) {
            final Entry entry = in.value(Entry.CODEC);
            return new Signed(entry, entry.hash(), in.value(Signature.CODEC));
          }
        };

    /** Signs an entry whose hash is known. */
    public static Signed sign(final Entry entry, final Hash hash, final Signer coordinator) {
      return new Signed(entry, hash, coordinator.sign(hash));
    }

    /** Whether the signature is the coordinator's. */
    public boolean verify(final PublicKey coordinator) {
      return KeyPair.verify(coordinator, hash, signature);
    }

    /** What the author of its transaction vouches for, if that is attested. */
    public Optional<Attestation> attestation() {
      return entry.payload instanceof Executed executed
          ? executed.transaction.transaction().attestation()
          : Optional.empty();
    }

    /** The head of a log that ends with this entry. */
    public Head head() {
      return new Head(entry.position, hash, entry.timestamp);
    }
  }

  /**
   * An entry as a log keeps it: with what its transaction did, so that state can be rebuilt without
   * running WebAssembly. The outcome is not part of the entry hash; its digest is.
   *
   * @param signed the entry
   * @param outcome what it did; present for {@link Executed} only
   */
  public record Logged(Signed signed, Optional<Outcome> outcome) {
    /**
     * The signed entry, then the optional outcome, which is left out where the transaction is
     * attested and so has it already.
     */
    public static final Codec<Logged> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Logged value) {
            out.value(Signed.CODEC, value.signed)
                .option(
                    value.signed.attestation().isPresent() ? Optional.empty() : value.outcome,
                    Outcome.CODEC);
          }

          @Override
          public Logged read(final BorshReader in) {
            final Signed signed = in.value(Signed.CODEC);
            final Optional<Outcome> outcome = in.option(Outcome.CODEC);
            return new Logged(
                signed, outcome.or(() -> signed.attestation().map(Attestation::effects)));
          }
        };

    /** The entry itself. */
    public Entry entry() {
      return signed.entry;
    }

    /** Whether the outcome is the one of which the entry names the digest. */
    public boolean outcomeMatches() {
      return switch (signed.entry.payload) {
        case Executed executed ->
            outcome.isPresent() && outcome.get().digest().equals(executed.outcomeDigest);
        case Configured _ -> outcome.isEmpty();
      };
    }
  }
}
