// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * Where a transaction comes from that a call in another context asked for.
 *
 * @param context the context that asked
 * @param depth how many calls led to this one, each asked for by the one before: from 1 on
 */
public record Origin(ContextId context, int depth) {
  /**
   * The largest depth. A call there cannot ask for another, so that contexts that call one another
   * in a circle come to an end.
   */
  public static final int MAX_DEPTH = 3;

  /** Context, depth as one byte. */
  public static final Codec<Origin> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Origin value) {
          out.hash(value.context.hash()).u8(value.depth);
        }

        @Override
        public Origin read(final BorshReader in) {
          return new Origin(new ContextId(in.hash()), in.u8());
        }
      };

  /**
   * An origin.
   *
   * @throws MalformedException if the depth is out of its range
   */
  public Origin {
    if (depth < 1 || depth > MAX_DEPTH) {
      throw new MalformedException("a call between contexts at depth " + depth);
    }
  }
}
