// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.Locale;

/** The kinds of components that a {@link Multiaddr} is made of, with their multicodec numbers. */
public enum AddressProtocol {
  /** An IPv4 address. */
  IP4(4, Shape.IP4),
  /** A TCP port. */
  TCP(6, Shape.PORT),
  /** An IPv6 address. */
  IP6(41, Shape.IP6),
  /** The zone of the IPv6 address that follows. */
  IP6ZONE(42, Shape.TEXT),
  /** A name that resolves to addresses of either family. */
  DNS(53, Shape.TEXT),
  /** A name that resolves to IPv4 addresses. */
  DNS4(54, Shape.TEXT),
  /** A name that resolves to IPv6 addresses. */
  DNS6(55, Shape.TEXT),
  /** A name whose TXT records are multiaddrs. */
  DNSADDR(56, Shape.TEXT),
  /** A UDP port. */
  UDP(273, Shape.PORT),
  /** WebRTC without a signalling server. */
  WEBRTC_DIRECT(280, Shape.NONE),
  /** Through a relay: what stands before is the relay, what follows the peer behind it. */
  P2P_CIRCUIT(290, Shape.NONE),
  /** A peer. */
  P2P(421, Shape.PEER),
  /** TLS. */
  TLS(448, Shape.NONE),
  /** The server name that TLS announces. */
  SNI(449, Shape.TEXT),
  /** QUIC of the drafts. */
  QUIC(460, Shape.NONE),
  /** QUIC version 1 (RFC 9000). */
  QUIC_V1(461, Shape.NONE),
  /** WebTransport. */
  WEBTRANSPORT(465, Shape.NONE),
  /** The multihash of a certificate, in multibase. */
  CERTHASH(466, Shape.MULTIBASE),
  /** WebSocket. */
  WS(477, Shape.NONE),
  /** WebSocket over TLS. */
  WSS(478, Shape.NONE);

  /** What follows the protocol's number in the binary form. */
  enum Shape {
    NONE,
    IP4,
    IP6,
    PORT,
    TEXT,
    MULTIBASE,
    PEER
  }

  private final int code;
  private final Shape shape;
  private final String label;

  AddressProtocol(final int code, final Shape shape) {
    this.code = code;
    this.shape = shape;
    label = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The number in the binary form. */
  public int code() {
    return code;
  }

  /** The name in the text form. */
  public String label() {
    return label;
  }

  Shape shape() {
    return shape;
  }

  static AddressProtocol of(final long code) {
    for (final AddressProtocol protocol : values()) {
      if (protocol.code == code) {
        return protocol;
      }
    }
    throw new MalformedException("Unknown address protocol " + code);
  }

  static AddressProtocol of(final String label) {
    for (final AddressProtocol protocol : values()) {
      if (protocol.label.equals(label) || (protocol == P2P && label.equals("ipfs"))) {
        return protocol;
      }
    }
    throw new MalformedException("Unknown address protocol " + label);
  }
}
