// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

import io.calimero.node.events.Bytes;

/** The codecs of what is no type of ours. */
public final class Codecs {
  /** Bytes behind their count. */
  public static final Codec<Bytes> BYTES =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Bytes value) {
          out.bytes(value);
        }

        @Override
        public Bytes read(final BorshReader in) {
          return in.bytes();
        }
      };

  /** UTF-8 text behind its count of bytes. */
  public static final Codec<String> STRING =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final String value) {
          out.string(value);
        }

        @Override
        public String read(final BorshReader in) {
          return in.string();
        }
      };

  private Codecs() {}
}
