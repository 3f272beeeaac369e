// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signer;
import java.util.Optional;

/**
 * A call that a member asks the context to make.
 *
 * @param context the context
 * @param executor who calls
 * @param method the exported method
 * @param arguments its input, usually a JSON object
 * @param uniqueId sixteen bytes that tell two equal calls apart
 * @param expectedPrior the entry hash that must be the head when the call is ordered, if the caller
 *     wants optimistic locking
 * @param origin where it comes from, if a call in another context asked for it
 * @param attestation what its author vouches for, if it is <em>attested</em>: then its arguments
 *     are not told, and nobody runs it again
 */
public record Transaction(
    ContextId context,
    PublicKey executor,
    String method,
    Bytes arguments,
    Bytes uniqueId,
    Optional<Hash> expectedPrior,
    Optional<Origin> origin,
    Optional<Attestation> attestation) {
  /** How many bytes the unique id has. */
  public static final int UNIQUE_ID_LENGTH = 16;

  private static final int FORMAT = 1;
  private static final int FORMAT_WITH_ORIGIN = 2;
  private static final int FORMAT_ATTESTED = 3;

  /**
   * One format byte, then the components in their order; the unique id raw. Format 1 lacks the
   * origin, and is written where there is none. Format 3 is that of attested transactions: the
   * origin is optional, and the attestation follows.
   */
  public static final Codec<Transaction> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Transaction value) {
          out.u8(format(value))
              .hash(value.context.hash())
              .hash(value.executor.hash())
              .string(value.method)
              .bytes(value.arguments)
              .fixed(value.uniqueId.unsafeArray())
              .option(value.expectedPrior, Hash.CODEC);
          if (value.attestation.isPresent()) {
            out.option(value.origin, Origin.CODEC)
                .value(Attestation.CODEC, value.attestation.get());
          } else {
            value.origin.ifPresent(origin -> out.value(Origin.CODEC, origin));
          }
        }

        private static int format(final Transaction value) {
          if (value.attestation.isPresent()) {
            return FORMAT_ATTESTED;
          }
          return value.origin.isEmpty() ? FORMAT : FORMAT_WITH_ORIGIN;
        }

        @Override
        public Transaction read(final BorshReader in) {
          final int format = in.u8();
          if (format != FORMAT_WITH_ORIGIN && format != FORMAT_ATTESTED) {
            Formats.expect("a transaction", FORMAT, format);
          }
          return new Transaction(
              new ContextId(in.hash()),
              new PublicKey(in.hash()),
              in.string(),
              in.bytes(),
              Bytes.wrap(in.fixed(UNIQUE_ID_LENGTH)),
              in.option(Hash.CODEC),
              origin(in, format),
              format == FORMAT_ATTESTED
                  ? Optional.of(in.value(Attestation.CODEC))
                  : Optional.empty());
        }

        private static Optional<Origin> origin(final BorshReader in, final int format) {
          return switch (format) {
            case FORMAT -> Optional.empty();
            case FORMAT_WITH_ORIGIN -> Optional.of(in.value(Origin.CODEC));
            default -> in.option(Origin.CODEC);
          };
        }
      };

  /** A transaction that a client asked for. */
  public Transaction(
      final ContextId context,
      final PublicKey executor,
      final String method,
      final Bytes arguments,
      final Bytes uniqueId,
      final Optional<Hash> expectedPrior) {
    this(context, executor, method, arguments, uniqueId, expectedPrior, Optional.empty());
  }

  /** A transaction that everybody runs. */
  public Transaction(
      final ContextId context,
      final PublicKey executor,
      final String method,
      final Bytes arguments,
      final Bytes uniqueId,
      final Optional<Hash> expectedPrior,
      final Optional<Origin> origin) {
    this(context, executor, method, arguments, uniqueId, expectedPrior, origin, Optional.empty());
  }

  /**
   * A transaction.
   *
   * @throws MalformedException if the unique id is not of sixteen bytes, or an attested transaction
   *     has arguments
   */
  public Transaction {
    if (uniqueId.length() != UNIQUE_ID_LENGTH) {
      throw new MalformedException("a unique id of " + uniqueId.length() + " bytes");
    }
    if (attestation.isPresent() && arguments.length() > 0) {
      throw new MalformedException("an attested transaction with arguments");
    }
  }

  /** The same call, vouched for by its author: without its arguments. */
  public Transaction attested(final Attestation by) {
    return new Transaction(
        context, executor, method, Bytes.EMPTY, uniqueId, expectedPrior, origin, Optional.of(by));
  }

  /** The transaction hash, which names it and which its executor signs. */
  public Hash hash() {
    return Domain.TRANSACTION.digest(CODEC.encode(this));
  }

  /** Signs it in the name of its executor, whose key the signer must be. */
  public Signed sign(final Signer signer) {
    if (!signer.publicKey().equals(executor)) {
      throw new IllegalArgumentException("the signer is not the executor");
    }
    final Hash hash = hash();
    return new Signed(this, hash, signer.sign(hash));
  }

  /**
   * A transaction with its executor's signature, not yet verified.
   *
   * @param transaction the call
   * @param hash its hash, always recomputed when read
   * @param signature over the hash
   */
  public record Signed(Transaction transaction, Hash hash, Signature signature) {
    /** The transaction and the signature; the hash is derived. */
    public static final Codec<Signed> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Signed value) {
            out.value(Transaction.CODEC, value.transaction).value(Signature.CODEC, value.signature);
          }

          @Override
          public Signed read(final BorshReader in) {
            final Transaction transaction = in.value(Transaction.CODEC);
            return new Signed(transaction, transaction.hash(), in.value(Signature.CODEC));
          }
        };

    /** Whether the signature is the executor's. */
    public boolean verify() {
      return KeyPair.verify(transaction.executor, hash, signature);
    }
  }
}
