// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/** A codec behind a format byte, for what is read by nodes of other versions. */
record Versioned<T>(String what, int format, Codec<T> content) implements Codec<T> {
  @Override
  public void write(final BorshWriter out, final T value) {
    content.write(out.u8(format), value);
  }

  @Override
  public T read(final BorshReader in) {
    final int found = in.u8();
    if (found != format) {
      throw new MalformedException(what + " of format " + found + " cannot be read here");
    }
    return content.read(in);
  }
}
