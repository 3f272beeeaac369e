// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Shakes hands over a channel by TLS, then goes; the handler that encrypts stays before it. */
public final class TlsHandshakeHandler extends ChannelInboundHandlerAdapter {
  private final boolean dialer;
  private final TlsIdentity identity;
  private final Optional<PeerId> expected;
  private final BiConsumer<PublicKey, Optional<String>> done;

  /**
   * Prepares a handshake.
   *
   * @param expected who must be at the other end; empty for anybody
   * @param done is given the peer's key and the multiplexer, if one was agreed on inside the
   *     handshake; what it adds to the pipeline's end sees plaintext
   */
  public TlsHandshakeHandler(
      final boolean dialer,
      final TlsIdentity identity,
      final Optional<PeerId> expected,
      final BiConsumer<PublicKey, Optional<String>> done) {
    this.dialer = dialer;
    this.identity = identity;
    this.expected = expected;
    this.done = done;
  }

  @Override
  public void handlerAdded(final ChannelHandlerContext ctx) {
    ctx.pipeline().addBefore(ctx.name(), "tls", identity.handler(dialer, ctx.alloc()));
  }

  @Override
  public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
    if (!(event instanceof final SslHandshakeCompletionEvent handshake)) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    if (!handshake.isSuccess()) {
      throw new AuthenticationException(
          "The TLS handshake failed: " + handshake.cause().getMessage(), handshake.cause());
    }
    final SslHandler tls = ctx.pipeline().get(SslHandler.class);
    final PublicKey key = peer(tls);
    final PeerId peer = PeerId.of(key);
    if (expected.isPresent() && !expected.get().equals(peer)) {
      throw new AuthenticationException("Dialled " + expected.get() + " and met " + peer);
    }
    final String agreed = tls.applicationProtocol();
    done.accept(
        key, Optional.ofNullable(agreed).filter(protocol -> !protocol.equals(TlsIdentity.PLAIN)));
    ctx.pipeline().remove(this);
  }

  private PublicKey peer(final SslHandler tls) {
    try {
      final X509Certificate[] chain =
          Arrays.stream(tls.engine().getSession().getPeerCertificates())
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      return PeerCertificate.verify(chain, identity.clock().instant());
    } catch (final SSLPeerUnverifiedException e) {
      throw new AuthenticationException("The peer showed no certificate", e);
    }
  }
}
