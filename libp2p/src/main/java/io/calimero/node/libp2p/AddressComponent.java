// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.calimero.node.libp2p.internal.wire.BaseN;
import io.calimero.node.libp2p.internal.wire.Multihash;
import io.calimero.node.libp2p.internal.wire.Uvarint;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One part of a {@link Multiaddr}.
 *
 * @param protocol the kind
 * @param value its value in canonical text form; empty for kinds that have none
 */
public record AddressComponent(AddressProtocol protocol, String value) {
  private static final int MAX_VALUE = 512;

  /**
   * Brings {@code value} into its canonical form.
   *
   * @throws MalformedException if it is no value of {@code protocol}
   */
  public AddressComponent {
    if (value.length() > MAX_VALUE) {
      throw new MalformedException("A value of /" + protocol.label() + " is too long");
    }
    value =
        switch (protocol.shape()) {
          case NONE -> requireEmpty(protocol, value);
          case IP4 -> NetUtil.bytesToIpAddress(ip(value, 4));
          case IP6 -> ip6Text(ip(value, 16));
          case PORT -> port(value);
          case TEXT -> name(protocol, value);
          case MULTIBASE -> certhash(value);
          case PEER -> PeerId.parse(value).toString();
        };
  }

  /** The value of a port. */
  public int port() {
    return Integer.parseInt(value);
  }

  byte[] bytes() {
    return switch (protocol.shape()) {
      case NONE -> new byte[0];
      case IP4, IP6 -> NetUtil.createByteArrayFromIpAddressString(value);
      case PORT -> new byte[] {(byte) (port() >>> 8), (byte) port()};
      case TEXT -> value.getBytes(StandardCharsets.UTF_8);
      case MULTIBASE -> Base64.getUrlDecoder().decode(value.substring(1));
      case PEER -> PeerId.parse(value).encode();
    };
  }

  void encode(final ByteBuf out) {
    Uvarint.write(out, protocol.code());
    final byte[] bytes = bytes();
    switch (protocol.shape()) {
      case TEXT, MULTIBASE, PEER -> Uvarint.write(out, bytes.length);
      case NONE, IP4, IP6, PORT -> {}
    }
    out.writeBytes(bytes);
  }

  static AddressComponent decode(final ByteBuf in) {
    final AddressProtocol protocol = AddressProtocol.of(Uvarint.readWhole(in));
    final long length =
        switch (protocol.shape()) {
          case NONE -> 0;
          case IP4 -> 4;
          case IP6 -> 16;
          case PORT -> 2;
          case TEXT, MULTIBASE, PEER -> Uvarint.readWhole(in);
        };
    if (length > Math.min(MAX_VALUE, in.readableBytes())) {
      throw new MalformedException("A value of /" + protocol.label() + " is cut short");
    }
    final byte[] bytes = new byte[(int) length];
    in.readBytes(bytes);
    return new AddressComponent(protocol, text(protocol, bytes));
  }

  private static String text(final AddressProtocol protocol, final byte[] bytes) {
    return switch (protocol.shape()) {
      case NONE -> "";
      case IP4 -> NetUtil.bytesToIpAddress(bytes);
      case IP6 -> ip6Text(bytes);
      case PORT -> Integer.toString(((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff));
      case TEXT -> utf8(protocol, bytes);
      case MULTIBASE -> "u" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      case PEER -> PeerId.decode(bytes).toString();
    };
  }

  private static String utf8(final AddressProtocol protocol, final byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (final CharacterCodingException e) {
      throw new MalformedException("The value of /" + protocol.label() + " is not UTF-8", e);
    }
  }

  private static String requireEmpty(final AddressProtocol protocol, final String value) {
    if (!value.isEmpty()) {
      throw new MalformedException("/" + protocol.label() + " takes no value");
    }
    return "";
  }

  private static byte[] ip(final String value, final int length) {
    final byte[] bytes =
        value.indexOf('%') >= 0 || value.indexOf('[') >= 0
            ? null
            : NetUtil.createByteArrayFromIpAddressString(value);
    if (bytes == null || bytes.length != length) {
      throw new MalformedException("Not an IP" + (length == 4 ? 4 : 6) + " address: " + value);
    }
    return bytes;
  }

  /** RFC 5952, but with the last 32 bits never in dotted form. */
  private static String ip6Text(final byte[] bytes) {
    final int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int bestStart = 0;
    int bestLength = 0;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
    }
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (bestLength > 1 && i == bestStart) {
        text.append("::");
        i += bestLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static String port(final String value) {
    if (value.isEmpty()
        || value.length() > 5
        || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new MalformedException("Not a port: " + value);
    }
    final int port = Integer.parseInt(value);
    if (port > 0xffff) {
      throw new MalformedException("Not a port: " + value);
    }
    return Integer.toString(port);
  }

  private static String name(final AddressProtocol protocol, final String value) {
    final boolean clean =
        value.codePoints().noneMatch(c -> c == '/' || c < 0x21 || c == 0x7f || c == 0xfffd);
    if (value.isEmpty()
        || !clean
        || !value.equals(
            new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))) {
      throw new MalformedException("Not a name for /" + protocol.label() + ": " + value);
    }
    return value;
  }

  private static String certhash(final String value) {
    final byte[] hash;
    try {
      hash =
          switch (value.isEmpty() ? ' ' : value.charAt(0)) {
            case 'u' -> Base64.getUrlDecoder().decode(value.substring(1));
            case 'b' -> BaseN.fromBase32(value.substring(1));
            default -> throw new MalformedException("Not a multibase text: " + value);
          };
    } catch (final IllegalArgumentException e) {
      throw new MalformedException("Not a multibase text: " + value, e);
    }
    return "u"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(Multihash.decode(hash).encode());
  }

  @Override
  public String toString() {
    return "/" + protocol.label() + (value.isEmpty() ? "" : "/" + value);
  }
}
