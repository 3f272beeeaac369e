// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.records;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import java.util.List;
import java.util.Optional;

/** Lists of addresses that other peers send. */
public final class Addresses {
  private Addresses() {}

  /**
   * The addresses that can be read here. The others are passed over: a peer may well have
   * transports that are unknown to us beside those that are known.
   */
  public static List<Multiaddr> decodeKnown(final List<ByteString> encoded) {
    return encoded.stream().map(Addresses::known).flatMap(Optional::stream).toList();
  }

  private static Optional<Multiaddr> known(final ByteString bytes) {
    try {
      final Multiaddr address = Multiaddr.decode(bytes.toByteArray());
      return address.components().isEmpty() ? Optional.empty() : Optional.of(address);
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }
}
