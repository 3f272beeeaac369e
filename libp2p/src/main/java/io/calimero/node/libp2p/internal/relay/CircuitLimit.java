// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.time.Duration;

/**
 * What a relay lets through one circuit.
 *
 * @param duration how long; zero for as long as it likes
 * @param bytes how many in each direction; 0 for any number
 */
public record CircuitLimit(Duration duration, long bytes) {
  private static final long MAX_SECONDS = 0xffff_ffffL;

  /** Whether there is any limit. */
  public boolean isLimited() {
    return !duration.isZero() || bytes != 0;
  }

  byte[] encode() {
    return new ProtoWriter().varint(1, duration.toSeconds()).varint(2, bytes).encode();
  }

  static CircuitLimit decode(final ByteString encoded) {
    final ProtoReader in = new ProtoReader("Limit", encoded);
    long seconds = 0;
    long bytes = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> seconds = in.varint() & MAX_SECONDS;
        case 2 -> bytes = in.varint();
        default -> in.skip();
      }
    }
    return new CircuitLimit(Duration.ofSeconds(seconds), bytes);
  }
}
