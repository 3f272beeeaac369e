// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Something that an attested transaction found where its author ran it. What was found is there as
 * a digest, so that everybody can tell whether it still is what a later position has.
 */
public sealed interface Observation {
  /** The alternative's tag, in the order below, then its fields. */
  Codec<Observation> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Observation value) {
          switch (value) {
            case OfKey o -> out.u8(0).bytes(o.key).hash(o.digest);
            case OfRange o -> out.u8(1).bytes(o.from).bytes(o.to).hash(o.digest);
            case OfMembers o -> out.u8(2).hash(o.digest);
          }
        }

        @Override
        public Observation read(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 0 -> new OfKey(in.bytes(), in.hash());
            case 1 -> new OfRange(in.bytes(), in.bytes(), in.hash());
            case 2 -> new OfMembers(in.hash());
            default -> throw Formats.unknown("an observation", tag);
          };
        }
      };

  /**
   * A row that was looked for.
   *
   * @param key its key
   * @param digest {@link #digest(Optional)} of what was there
   */
  record OfKey(Bytes key, Hash digest) implements Observation {}

  /**
   * Rows that were gone through.
   *
   * @param from the first key that could have been among them
   * @param to the first key behind them
   * @param digest {@link #digest(Iterator)} of all that were there
   */
  record OfRange(Bytes from, Bytes to, Hash digest) implements Observation {}

  /**
   * Who were the members.
   *
   * @param digest {@link #digest(Collection)} of them
   */
  record OfMembers(Hash digest) implements Observation {}

  /** The digest of a value, or of there being none. */
  static Hash digest(final Optional<Bytes> value) {
    final BorshWriter out = new BorshWriter();
    value.ifPresentOrElse(found -> out.u8(1).bytes(found), () -> out.u8(0));
    return Domain.OBSERVATION.digest(out.toByteArray());
  }

  /** The digest of rows in their order: a chain over the digests of each. */
  static Hash digest(final Iterator<Map.Entry<Bytes, Bytes>> rows) {
    Hash chain = Hash.ZERO;
    while (rows.hasNext()) {
      chain = chained(chain, rows.next());
    }
    return chain;
  }

  /** The digest of the rows of another and one more. */
  static Hash chained(final Hash before, final Map.Entry<Bytes, Bytes> row) {
    return Domain.OBSERVATION.digest(
        new BorshWriter()
            .u8(2)
            .hash(before)
            .bytes(row.getKey())
            .bytes(row.getValue())
            .toByteArray());
  }

  /** The digest of members, in the order of their keys. */
  static Hash digest(final Collection<PublicKey> members) {
    final BorshWriter out = new BorshWriter().u8(3).u32(members.size());
    members.stream().sorted().forEach(member -> out.hash(member.hash()));
    return Domain.OBSERVATION.digest(out.toByteArray());
  }
}
