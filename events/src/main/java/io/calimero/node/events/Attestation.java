// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the author of a transaction vouches for instead of letting others run it: a call that uses
 * what only its author's node has. Its arguments, what it returned and what it logged stay there.
 *
 * @param position the position at which it ran
 * @param entry the hash of the entry there
 * @param application the module that ran
 * @param observations what it found, that must be so still when it is ordered
 * @param effects what it did; returns and logs nothing
 */
public record Attestation(
    long position,
    Hash entry,
    BlobId application,
    List<Observation> observations,
    Outcome effects) {
  /** How many bytes a transaction with an attestation may have: it must fit into one frame. */
  public static final int MAX_BYTES = 8 << 20;

  /** How many observations there may be, and how many rows in all ranges together. */
  public static final int MAX_OBSERVATIONS = 100_000;

  private static final int FORMAT = 1;
  private static final byte[] SEAT = "\0calimero\0p".getBytes(StandardCharsets.US_ASCII);

  /** One format byte, then the components in their order. */
  public static final Codec<Attestation> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Attestation value) {
          out.u8(FORMAT)
              .u64(value.position)
              .hash(value.entry)
              .hash(value.application.hash())
              .list(value.observations, Observation.CODEC)
              .value(Outcome.CODEC, value.effects);
        }

        @Override
        public Attestation read(final BorshReader in) {
          Formats.expect("an attestation", FORMAT, in.u8());
          return new Attestation(
              in.count64(),
              in.hash(),
              new BlobId(in.hash()),
              in.list(Observation.CODEC),
              in.value(Outcome.CODEC));
        }
      };

  /**
   * An attestation; the list is copied.
   *
   * @throws MalformedException if it tells what is to stay with the author, or is too large
   */
  public Attestation {
    observations = List.copyOf(observations);
    if (effects.returned().isPresent() || !effects.logs().isEmpty()) {
      throw new MalformedException("an attestation that returns or logs something");
    }
    if (observations.size() > MAX_OBSERVATIONS) {
      throw new MalformedException("an attestation of " + observations.size() + " observations");
    }
  }

  /**
   * The key of the row that says which attested transaction of the executor was the last: its
   * unique id. Each of them finds it and replaces it, so that two that began on the same private
   * storage can never both be ordered, and the author's node knows which private writes count.
   */
  public static Bytes seat(final PublicKey executor) {
    final byte[] key = new byte[SEAT.length + Hash.LENGTH];
    System.arraycopy(SEAT, 0, key, 0, SEAT.length);
    executor.hash().copyTo(key, SEAT.length);
    return Bytes.wrap(key);
  }

  /** Whether a key is that of such a row, whosever it is. */
  static boolean isSeat(final Bytes key) {
    final byte[] bytes = key.unsafeArray();
    if (bytes.length < SEAT.length) {
      return false;
    }
    for (int i = 0; i < SEAT.length; i++) {
      if (bytes[i] != SEAT[i]) {
        return false;
      }
    }
    return true;
  }
}
