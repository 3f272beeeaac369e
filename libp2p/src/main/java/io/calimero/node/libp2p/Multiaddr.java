// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An address that says how to reach what it names, layer by layer: {@code /ip4/127.0.0.1/tcp/2428}.
 * Immutable; two spellings of the same address are equal. An empty address names nothing.
 *
 * @param components the layers, outermost network first
 */
public record Multiaddr(List<AddressComponent> components) {
  private static final int MAX_BYTES = 1024;
  private static final int MAX_COMPONENTS = 32;

  /** Keeps a copy. */
  public Multiaddr {
    components = List.copyOf(components);
    if (components.size() > MAX_COMPONENTS) {
      throw new MalformedException("An address of " + components.size() + " components");
    }
  }

  /**
   * Reads the text form.
   *
   * @throws MalformedException if it is not an address, or has a component not known here
   */
  public static Multiaddr parse(final String text) {
    if (text.length() > 2 * MAX_BYTES) {
      throw new MalformedException("An address of " + text.length() + " characters");
    }
    if (!text.startsWith("/")) {
      throw new MalformedException("An address starts with a slash: " + text);
    }
    final String trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    final List<AddressComponent> components = new ArrayList<>();
    final String[] parts = trimmed.split("/", -1);
    for (int i = 1; i < parts.length; i++) {
      final AddressProtocol protocol = AddressProtocol.of(parts[i]);
      String value = "";
      if (protocol.shape() != AddressProtocol.Shape.NONE) {
        if (++i == parts.length) {
          throw new MalformedException("/" + protocol.label() + " lacks its value in " + text);
        }
        value = parts[i];
      }
      components.add(new AddressComponent(protocol, value));
    }
    return new Multiaddr(components);
  }

  /**
   * Reads the binary form.
   *
   * @throws MalformedException if it is not an address, or has a component not known here
   */
  public static Multiaddr decode(final byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedException("An address of " + bytes.length + " bytes");
    }
    final ByteBuf in = Unpooled.wrappedBuffer(bytes);
    final List<AddressComponent> components = new ArrayList<>();
    while (in.isReadable()) {
      components.add(AddressComponent.decode(in));
    }
    return new Multiaddr(components);
  }

  /** The binary form. */
  public byte[] encode() {
    final ByteBuf out = Unpooled.buffer();
    components.forEach(component -> component.encode(out));
    final byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** The value of the first component of kind {@code protocol}. */
  public Optional<String> value(final AddressProtocol protocol) {
    return components.stream()
        .filter(component -> component.protocol() == protocol)
        .map(AddressComponent::value)
        .findFirst();
  }

  /** Whether there is a component of kind {@code protocol}. */
  public boolean has(final AddressProtocol protocol) {
    return value(protocol).isPresent();
  }

  /** The peer that the address ends at, if it says. */
  public Optional<PeerId> peer() {
    if (components.isEmpty()) {
      return Optional.empty();
    }
    final AddressComponent last = components.getLast();
    return last.protocol() == AddressProtocol.P2P
        ? Optional.of(PeerId.parse(last.value()))
        : Optional.empty();
  }

  /** This address with one more layer. */
  public Multiaddr with(final AddressProtocol protocol, final String value) {
    final List<AddressComponent> longer = new ArrayList<>(components);
    longer.add(new AddressComponent(protocol, value));
    return new Multiaddr(longer);
  }

  /** This address, ending at {@code peer}; any other peer at its end is replaced. */
  public Multiaddr withPeer(final PeerId peer) {
    return withoutPeer().with(AddressProtocol.P2P, peer.toString());
  }

  /** This address without the peer at its end. */
  public Multiaddr withoutPeer() {
    return !components.isEmpty() && components.getLast().protocol() == AddressProtocol.P2P
        ? new Multiaddr(components.subList(0, components.size() - 1))
        : this;
  }

  /** The text form. */
  @Override
  public String toString() {
    return components.stream().map(AddressComponent::toString).collect(Collectors.joining());
  }
}
