// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NameResolver;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ResolverTest {
  private static final String PEER = PrivateKey.ofSeed(new byte[32]).peerId().toString();

  /** Knows what it was told, and counts how often it was asked. */
  private static final class Book implements NameResolver {
    private final Map<String, List<String>> texts;
    private final AtomicInteger asked = new AtomicInteger();

    Book(final Map<String, List<String>> texts) {
      this.texts = texts;
    }

    @Override
    public CompletableFuture<List<InetAddress>> addresses(final String name) {
      return CompletableFuture.completedFuture(
          List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")));
    }

    @Override
    public CompletableFuture<List<String>> texts(final String name) {
      asked.incrementAndGet();
      final List<String> found = texts.get(name);
      return found == null
          ? CompletableFuture.failedFuture(new ConnectionException("unknown: " + name))
          : CompletableFuture.completedFuture(found);
    }
  }

  private static List<String> resolve(final Book book, final String address) {
    return await(new Resolver(book).all(List.of(Multiaddr.parse(address)))).stream()
        .map(Multiaddr::toString)
        .toList();
  }

  @Test
  void aNameOfAddressesLeadsToThoseThatEndAsItDoes() {
    final Book book =
        new Book(
            Map.of(
                "_dnsaddr.example.org",
                List.of(
                    "dnsaddr=/ip4/192.0.2.7/tcp/1/p2p/" + PEER,
                    "dnsaddr=/ip4/192.0.2.8/tcp/1",
                    "dnsaddr=/unheard/of",
                    "v=spf1",
                    "dnsaddr=/dns/host.example.org/udp/2/quic-v1/p2p/" + PEER,
                    "dnsaddr=/dnsaddr/deeper.example.org/p2p/" + PEER),
                "_dnsaddr.deeper.example.org",
                List.of("dnsaddr=/ip6/2001:db8::7/tcp/3/p2p/" + PEER)));
    assertThat(resolve(book, "/dnsaddr/example.org/p2p/" + PEER))
        .containsExactly(
            "/ip4/192.0.2.7/tcp/1/p2p/" + PEER,
            "/ip4/192.0.2.1/udp/2/quic-v1/p2p/" + PEER,
            "/ip6/2001:db8::1/udp/2/quic-v1/p2p/" + PEER,
            "/ip6/2001:db8::7/tcp/3/p2p/" + PEER);
    assertThat(resolve(book, "/dnsaddr/example.org")).hasSize(5);
    assertThat(resolve(book, "/dnsaddr/unknown.example.org")).isEmpty();
  }

  @Test
  void namesThatLeadToThemselvesOrToTooMuchAreCutOff() {
    final Map<String, List<String>> maze = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      maze.put(
          "_dnsaddr." + i + ".example.org",
          IntStream.range(0, 100).mapToObj(j -> "dnsaddr=/dnsaddr/" + j + ".example.org").toList());
    }
    final Book book = new Book(maze);
    assertThat(resolve(book, "/dnsaddr/7.example.org")).isEmpty();
    assertThat(book.asked.get()).isEqualTo(1 + 4 + 16);
  }

  @Test
  void aDialFollowsNamesAndPassesOverOtherPeers() {
    try (Hosts hosts = new Hosts()) {
      final Host peer = hosts.start();
      final Host other = hosts.start();
      final Book book =
          new Book(
              Map.of(
                  "_dnsaddr.example.org",
                  List.of(
                      "dnsaddr=" + other.addresses().getFirst().withPeer(other.id()),
                      "dnsaddr=" + peer.addresses().getFirst().withPeer(peer.id()))));
      final Host host = hosts.start(builder -> builder.names(book));
      final Multiaddr address = Multiaddr.parse("/dnsaddr/example.org");
      assertThat(await(host.connect(address.withPeer(peer.id()))).remotePeer())
          .isEqualTo(peer.id());
      assertThat(await(host.connect(address)).remotePeer()).isEqualTo(other.id());
      assertThatThrownBy(() -> await(host.connect(Multiaddr.parse("/dnsaddr/nowhere.example.org"))))
          .isInstanceOf(ConnectionException.class);
    }
  }

  @Test
  void textsComeFromANameServer() {
    final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final Channel server =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(final Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new DatagramDnsQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Answers());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    try {
      final SystemNames names =
          new SystemNames(
              group.next(),
              new SingletonDnsServerAddressStreamProvider(
                  (InetSocketAddress) server.localAddress()));
      assertThat(await(names.texts("_dnsaddr.example.org.")))
          .containsExactly("dnsaddr=/ip4/1.2.3.4");
      assertThatThrownBy(() -> await(names.texts("empty.example.org.")))
          .isInstanceOf(ConnectionException.class);
      assertThat(await(names.addresses("localhost"))).isNotEmpty();
    } finally {
      server.close().syncUninterruptibly();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  /** Answers one question, in two strings, and says of no other name that it is there. */
  private static final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final DatagramDnsQuery query) {
      final DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      final DatagramDnsResponse response =
          new DatagramDnsResponse(
              /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
      response.addRecord(DnsSection.QUESTION, question);
      if (question.name().equals("_dnsaddr.example.org.")) {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(
                question.name(),
                DnsRecordType.TXT,
                60,
                Unpooled.copiedBuffer(
                    "\u0008dnsaddr=\u000c/ip4/1.2.3.4", StandardCharsets.US_ASCII)));
      }
      Futures.ignore(ctx.writeAndFlush(response));
    }
  }

  @Property(tries = 200)
  void aTextRecordIsReadOrRefused(@ForAll @Size(max = 600) final byte[] content) {
    try {
      assertThat(SystemNames.text(Unpooled.wrappedBuffer(content)).length())
          .isLessThanOrEqualTo(content.length);
    } catch (final MalformedException e) {
      assertThat(e).hasMessageContaining("cut short");
    }
  }
}
