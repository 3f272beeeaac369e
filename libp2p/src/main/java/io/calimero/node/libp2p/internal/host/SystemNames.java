// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.ConnectionException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.NameResolver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the system for addresses, and the name servers that it is set up with for TXT records. */
final class SystemNames implements NameResolver {
  private static final Logger LOG = LoggerFactory.getLogger(SystemNames.class);
  private static final int MAX_QUERIES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final DnsServerAddressStreamProvider servers;

  SystemNames(final EventLoop loop, final DnsServerAddressStreamProvider servers) {
    this.loop = loop;
    this.servers = servers;
  }

  /** The system's resolver blocks, which a virtual thread may. */
  @Override
  public CompletableFuture<List<InetAddress>> addresses(final String name) {
    final CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("libp2p-resolve")
        .start(
            () -> {
              try {
                found.complete(List.of(InetAddress.getAllByName(name)));
              } catch (final UnknownHostException e) {
                found.completeExceptionally(unknown(name, e));
              }
            });
    return found;
  }

  private static ConnectionException unknown(final String name, final Throwable cause) {
    return new ConnectionException("The name " + name + " does not resolve", cause);
  }

  /** Such look-ups are few, so each has a resolver of its own, which leaves nothing behind. */
  @Override
  public CompletableFuture<List<String>> texts(final String name) {
    final CompletableFuture<List<String>> found = new CompletableFuture<>();
    final DnsNameResolver resolver =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(NioDatagramChannel.class)
            .socketChannelType(NioSocketChannel.class)
            .nameServerProvider(servers)
            .maxQueriesPerResolve(MAX_QUERIES)
            .queryTimeoutMillis(PATIENCE.toMillis())
            .build();
    resolver
        .resolveAll(new DefaultDnsQuestion(name, DnsRecordType.TXT))
        .addListener(
            (Future<List<DnsRecord>> done) -> {
              if (done.isSuccess()) {
                found.complete(read(done.getNow()));
              } else {
                found.completeExceptionally(unknown(name, done.cause()));
              }
              resolver.close();
            });
    return found;
  }

  private static List<String> read(final List<DnsRecord> records) {
    final List<String> texts = new ArrayList<>();
    for (final DnsRecord found : records) {
      try {
        if (found instanceof final DnsRawRecord raw && found.type().equals(DnsRecordType.TXT)) {
          texts.add(text(raw.content()));
        }
      } catch (final MalformedException e) {
        LOG.debug("A TXT record of {} is broken: {}", found.name(), e.getMessage());
      } finally {
        ReferenceCountUtil.release(found);
      }
    }
    return texts;
  }

  /** A TXT record is a row of strings with their lengths before them (RFC 1035, 3.3.14). */
  static String text(final ByteBuf content) {
    final StringBuilder text = new StringBuilder();
    while (content.isReadable()) {
      final int length = content.readUnsignedByte();
      if (length > content.readableBytes()) {
        throw new MalformedException("A TXT record is cut short");
      }
      text.append(content.readCharSequence(length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
