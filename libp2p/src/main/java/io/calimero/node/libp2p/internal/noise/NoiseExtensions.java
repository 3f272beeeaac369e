// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.noise;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer says of itself inside the handshake.
 *
 * @param muxers the multiplexers it speaks, the preferred one first; empty if it negotiates them
 *     later
 */
public record NoiseExtensions(List<String> muxers) {
  private static final int MAX_MUXERS = 16;

  /** Keeps a copy. */
  public NoiseExtensions {
    muxers = List.copyOf(muxers);
  }

  byte[] encode() {
    final ProtoWriter out = new ProtoWriter();
    muxers.forEach(muxer -> out.string(2, muxer));
    return out.encode();
  }

  static NoiseExtensions decode(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("NoiseExtensions", bytes);
    final List<String> muxers = new ArrayList<>();
    while (in.next()) {
      if (in.field() == 2) {
        in.bound(muxers.size(), MAX_MUXERS);
        muxers.add(in.string());
      } else {
        in.skip();
      }
    }
    return new NoiseExtensions(muxers);
  }
}
