// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.fuzz;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import io.calimero.node.libp2p.internal.gossip.RpcCodec;
import io.calimero.node.libp2p.internal.kad.KadCodec;
import io.calimero.node.libp2p.internal.mdns.MdnsCodec;
import io.calimero.node.libp2p.internal.multistream.Negotiation;
import io.calimero.node.libp2p.internal.noise.NoiseFuzz;
import io.calimero.node.libp2p.internal.protocols.IdentifyMessage;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.calimero.node.libp2p.internal.yamux.FrameSink;
import io.calimero.node.libp2p.internal.yamux.YamuxConfig;
import io.calimero.node.libp2p.internal.yamux.YamuxSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Everything that reads foreign bytes: each reads them, or refuses them by a typed exception. */
enum Decoder {
  /** Protocol negotiation, as a listener. */
  MULTISTREAM_LISTENER(bytes -> negotiate(Negotiation.listener("/a/1"::equals), bytes)),
  /** Protocol negotiation, as a dialer. */
  MULTISTREAM_DIALER(bytes -> negotiate(Negotiation.dialer(List.of("/a/1", "/b/1")), bytes)),
  /** The handshake of Noise. */
  NOISE_HANDSHAKE(NoiseFuzz::handshake),
  /** What it carries. */
  NOISE_PAYLOAD(NoiseFuzz::payload),
  /** The frames after it. */
  NOISE_FRAMES(NoiseFuzz::frames),
  /** Frames of yamux. */
  YAMUX(Decoder::yamux),
  /** Identify. */
  IDENTIFY(bytes -> IdentifyMessage.decode(bytes).encode()),
  /** Gossip. */
  GOSSIP(bytes -> RpcCodec.encode(RpcCodec.decode(bytes))),
  /** Kademlia. */
  KADEMLIA(bytes -> KadCodec.encode(KadCodec.decode(bytes))),
  /** Signed envelopes, and peer records in them. */
  ENVELOPE(PeerRecord::open),
  /** Addresses in bytes. */
  MULTIADDR(
      bytes -> {
        final Multiaddr address = Multiaddr.decode(bytes);
        same(address, Multiaddr.decode(address.encode()));
        address.peer();
      }),
  /** Addresses in text. */
  MULTIADDR_TEXT(
      bytes -> {
        final Multiaddr address =
            Multiaddr.parse(ByteString.copyFrom(bytes).toString(StandardCharsets.UTF_8));
        same(address, Multiaddr.parse(address.toString()));
      }),
  /** Multicast DNS. */
  DNS(MdnsCodec::decode),
  /** Peer ids. */
  PEER_ID(bytes -> same(PeerId.decode(bytes), PeerId.decode(PeerId.decode(bytes).encode()))),
  /** Public keys of all kinds, and signatures by them. */
  PUBLIC_KEY(bytes -> PublicKey.decode(bytes).verify(new byte[3], bytes));

  /** All of them, in their order. */
  static final List<Decoder> ALL = List.of(values());

  @SuppressWarnings("ImmutableEnumChecker") // none of the readers has state
  private final Consumer<byte[]> reader;

  Decoder(final Consumer<byte[]> reader) {
    this.reader = reader;
  }

  /** Reads {@code bytes}; anything but a typed refusal is thrown. */
  void read(final byte[] bytes) {
    try {
      reader.accept(bytes);
    } catch (final Libp2pException e) {
      // Refused, as it should be.
    } catch (final DecoderException e) {
      if (!(e.getCause() instanceof Libp2pException)) {
        throw e;
      }
    }
  }

  private static void same(final Object one, final Object other) {
    if (!one.equals(other)) {
      throw new IllegalStateException(one + " comes back as " + other);
    }
  }

  private static void negotiate(final Negotiation negotiation, final byte[] bytes) {
    final ByteBuf out = Unpooled.buffer();
    negotiation.start(out);
    negotiation.feed(Unpooled.wrappedBuffer(bytes), out);
  }

  private static void yamux(final byte[] bytes) {
    final VirtualTime time = new VirtualTime();
    final YamuxSession session =
        new YamuxSession(false, YamuxConfig.DEFAULT, new Sink(), time, time, stream -> {});
    session.receive(Unpooled.wrappedBuffer(bytes));
  }

  /** Takes what is sent, and forgets it. */
  private static final class Sink implements FrameSink {
    @Override
    public ByteBuf allocate(final int size) {
      return Unpooled.buffer(size);
    }

    @Override
    public void write(final ByteBuf frame) {
      frame.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void close() {}
  }
}
