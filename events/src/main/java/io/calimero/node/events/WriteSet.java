// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import io.calimero.node.events.codec.MalformedException;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction changes in the state of its context: for each key touched its new value, or
 * none where the key is removed. Ordered by key, each key once.
 *
 * @param writes the changes in the order of their keys
 */
public record WriteSet(List<Write> writes) {
  /** No change. */
  public static final WriteSet EMPTY = new WriteSet(List.of());

  /** The list of the changes. */
  public static final Codec<WriteSet> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final WriteSet value) {
          out.list(value.writes, Write.CODEC);
        }

        @Override
        public WriteSet read(final BorshReader in) {
          return new WriteSet(in.list(Write.CODEC));
        }
      };

  /**
   * The changes, which must stand in the order of their keys.
   *
   * @throws MalformedException if they do not, or if a key stands twice
   */
  public WriteSet {
    writes = List.copyOf(writes);
    for (int i = 1; i < writes.size(); i++) {
      if (writes.get(i - 1).key().compareTo(writes.get(i).key()) >= 0) {
        throw new MalformedException("a write set that is not in the order of its keys");
      }
    }
  }

  /** Whether nothing changes. */
  public boolean isEmpty() {
    return writes.isEmpty();
  }

  /**
   * One change.
   *
   * @param key the key
   * @param value the new value, or none if the key is removed
   */
  public record Write(Bytes key, Optional<Bytes> value) {
    /** Key, optional value. */
    public static final Codec<Write> CODEC =
        new Codec<>() {
          @Override
          public void write(final BorshWriter out, final Write value) {
            out.bytes(value.key).option(value.value, Codecs.BYTES);
          }

          @Override
          public Write read(final BorshReader in) {
            return new Write(in.bytes(), in.option(Codecs.BYTES));
          }
        };
  }
}
