// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.fuzz;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PeerInfo;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.internal.gossip.Rpc;
import io.calimero.node.libp2p.internal.gossip.RpcCodec;
import io.calimero.node.libp2p.internal.noise.NoiseFuzz;
import io.calimero.node.libp2p.internal.protocols.IdentifyMessage;
import io.calimero.node.libp2p.internal.records.PeerRecord;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The committed inputs, a folder for each decoder: real messages to begin from, and whatever once
 * broke something. {@link #main} writes the former anew, after a change of what is spoken.
 */
final class Corpus {
  private static final Path HOME = Path.of("src", "test", "resources", "fuzz");

  private Corpus() {}

  /** The inputs of {@code decoder} by their names. */
  static Map<String, byte[]> of(final Decoder decoder) throws IOException {
    final Map<String, byte[]> inputs = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder(decoder))) {
      for (final Path file : files.toList()) {
        inputs.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    return inputs;
  }

  private static Path folder(final Decoder decoder) {
    return HOME.resolve(decoder.name().toLowerCase(Locale.ROOT));
  }

  private static void put(final Decoder decoder, final String name, final byte[] bytes) {
    try {
      Files.createDirectories(folder(decoder));
      Files.write(folder(decoder).resolve(name), bytes);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(final Decoder decoder, final String name, final String hex) {
    put(decoder, name, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static byte[] text(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the real messages. */
  public static void main(final String[] arguments) {
    final PrivateKey key = PrivateKey.ofSeed(new byte[32]);
    channels();
    messages(key);
    names(key);
  }

  private static void channels() {
    final String hello = "\u0013/multistream/1.0.0\n";
    put(Decoder.MULTISTREAM_LISTENER, "agree", text(hello + "\u0005/a/1\n"));
    put(Decoder.MULTISTREAM_LISTENER, "refuse", text(hello + "\u0005/x/1\n\u0003ls\n"));
    put(Decoder.MULTISTREAM_DIALER, "agree", text(hello + "\u0005/a/1\n"));
    put(Decoder.MULTISTREAM_DIALER, "second", text(hello + "\u0003na\n\u0005/b/1\n"));
    put(Decoder.NOISE_HANDSHAKE, "first", NoiseFuzz.realHandshake());
    put(Decoder.NOISE_PAYLOAD, "real", NoiseFuzz.realPayload());
    put(Decoder.NOISE_FRAMES, "short", "0010 00000000000000000000000000000000");
    put(Decoder.NOISE_FRAMES, "too-short", "000f 000000000000000000000000000000");
    put(
        Decoder.YAMUX,
        "open-and-data",
        "00010001 00000001 00000000 00000000 00000001 00000002 6162");
    put(Decoder.YAMUX, "ping", "00020001 00000000 0000002a");
    put(Decoder.YAMUX, "go-away", "00030000 00000000 00000001");
    put(Decoder.YAMUX, "window", "00010001 00000001 00040000 00010000 00000001 7fffffff");
    put(Decoder.YAMUX, "reset", "00010001 00000001 00000000 00010008 00000001 00000000");
    put(Decoder.YAMUX, "too-long", "00000001 00000001 ffffffff");
    put(
        Decoder.DNS,
        "query",
        "0000 0000 0001 0000 0000 0000 045f703270 045f756470 056c6f63616c 00 000c 0001");
    put(
        Decoder.DNS,
        "response",
        "0000 8400 0000 0001 0000 0001 045f703270 045f756470 056c6f63616c 00 000c 0001 00000078"
            + " 0004 01 61 c00c c026 0010 8001 00000078 0009 08 646e73616464723d");
    put(Decoder.DNS, "loop", "0000 8400 0000 0001 0000 0000 c00c 000c 0001 00000078 0002 c00c");
  }

  private static void messages(final PrivateKey key) {
    final PeerId peer = key.peerId();
    final Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/2428");
    final byte[] envelope = new PeerRecord(peer, 1, List.of(address)).seal(key);
    put(Decoder.ENVELOPE, "peer-record", envelope);
    final PeerInfo info =
        new PeerInfo(
            "/test/1", "tester/1", List.of("/a/1", "/b/1"), List.of(address), Optional.of(address));
    put(
        Decoder.IDENTIFY,
        "full",
        new IdentifyMessage(
                info, ByteString.copyFrom(key.publicKey().encode()), ByteString.copyFrom(envelope))
            .encode());
    final ByteString id = ByteString.copyFromUtf8("an id");
    put(
        Decoder.GOSSIP,
        "control",
        RpcCodec.encode(
            new Rpc(
                List.of(new Rpc.Subscription("topic", true)),
                List.of(),
                List.of(new Rpc.Has("topic", List.of(id))),
                List.of(id),
                List.of("topic"),
                List.of(
                    new Rpc.Prune(
                        "topic",
                        List.of(
                            new Rpc.Candidate(
                                ByteString.copyFrom(peer.encode()), ByteString.copyFrom(envelope))),
                        60)))));
    put(
        Decoder.GOSSIP,
        "message",
        new ProtoWriter()
            .bytes(
                2,
                new ProtoWriter()
                    .bytes(1, peer.encode())
                    .string(2, "data")
                    .bytes(3, new byte[8])
                    .string(4, "topic")
                    .bytes(5, new byte[64])
                    .encode())
            .encode());
    final byte[] told =
        new ProtoWriter().bytes(1, peer.encode()).bytes(2, address.encode()).varint(3, 1).encode();
    put(
        Decoder.KADEMLIA,
        "peers",
        new ProtoWriter().varint(1, 3).string(2, "key").bytes(8, told).bytes(9, told).encode());
    put(
        Decoder.KADEMLIA,
        "value",
        new ProtoWriter()
            .varint(1, 1)
            .string(2, "/a/b")
            .bytes(
                3,
                new ProtoWriter()
                    .string(1, "/a/b")
                    .string(2, "value")
                    .string(5, "2026-01-01T00:00:00Z")
                    .varint(777, 60)
                    .encode())
            .encode());
  }

  private static void names(final PrivateKey key) {
    put(Decoder.PEER_ID, "ed25519", key.peerId().encode());
    put(Decoder.PEER_ID, "sha256", "1220" + "00".repeat(32));
    put(Decoder.PUBLIC_KEY, "ed25519", key.publicKey().encode());
    put(
        Decoder.PUBLIC_KEY,
        "secp256k1",
        "0802 1221 02" + "79be667ef9dcbbac55a06295ce870b07" + "029bfcdb2dce28d959f2815b16f81798");
    put(Decoder.PUBLIC_KEY, "rsa", "0800 1204 30020500");
    put(Decoder.PUBLIC_KEY, "ecdsa", "0803 1204 30020500");
    final List<String> addresses =
        List.of(
            "/ip4/192.0.2.1/tcp/2428/p2p/" + key.peerId(),
            "/ip6/2001:db8::1/udp/1/quic-v1",
            "/dns4/example.org/tcp/443/tls/sni/example.org/ws",
            "/ip4/192.0.2.1/tcp/1/p2p/" + key.peerId() + "/p2p-circuit/p2p/" + key.peerId(),
            "/dnsaddr/example.org",
            "/ip6zone/eth0/ip6/fe80::1/tcp/1");
    for (int i = 0; i < addresses.size(); i++) {
      put(Decoder.MULTIADDR_TEXT, "address-" + i, text(addresses.get(i)));
      put(Decoder.MULTIADDR, "address-" + i, Multiaddr.parse(addresses.get(i)).encode());
    }
  }
}
