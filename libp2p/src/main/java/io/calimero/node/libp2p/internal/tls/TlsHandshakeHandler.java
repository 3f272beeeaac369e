// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Optional;
import java.util.function.BiConsumer;

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
    final PublicKey key = TlsIdentity.peer(tls.engine(), expected);
    final String agreed = tls.applicationProtocol();
    done.accept(
        key, Optional.ofNullable(agreed).filter(protocol -> !protocol.equals(TlsIdentity.PLAIN)));
    ctx.pipeline().remove(this);
  }
}
