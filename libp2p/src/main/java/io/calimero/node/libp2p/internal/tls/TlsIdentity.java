// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.PrivateKey;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** The certificate of a host, and how it shakes hands. Made once, used for every handshake. */
public final class TlsIdentity {
  /** Without a multiplexer that both know, this is what is agreed on. */
  static final String PLAIN = "libp2p";

  private final InstantSource clock;
  private final SslContext client;
  private final SslContext server;

  /** Makes a certificate for {@code identity}; {@code muxers} are offered inside the handshake. */
  public TlsIdentity(
      final PrivateKey identity,
      final List<String> muxers,
      final SecureRandom random,
      final InstantSource clock) {
    this.clock = clock;
    final List<String> offered = new ArrayList<>(muxers);
    offered.add(PLAIN);
    final ApplicationProtocolConfig alpn =
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            offered);
    try {
      final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      final KeyPair pair = generator.generateKeyPair();
      final X509Certificate certificate =
          PeerCertificate.make(identity, pair, random, clock.instant());
      client =
          common(SslContextBuilder.forClient().keyManager(pair.getPrivate(), certificate), alpn)
              // Peers have no names; who it is stands in the certificate.
              .endpointIdentificationAlgorithm("")
              .build();
      server =
          common(SslContextBuilder.forServer(pair.getPrivate(), certificate), alpn)
              .clientAuth(ClientAuth.REQUIRE)
              .build();
    } catch (final GeneralSecurityException | SSLException e) {
      throw new IllegalStateException("Every JDK has TLS 1.3 and P-256", e);
    }
  }

  private SslContextBuilder common(
      final SslContextBuilder builder, final ApplicationProtocolConfig alpn) {
    return builder
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3")
        .trustManager(new PeerTrust(clock))
        .applicationProtocolConfig(alpn);
  }

  /** A handler for one connection. */
  SslHandler handler(final boolean dialer, final ByteBufAllocator allocator) {
    return (dialer ? client : server).newHandler(allocator);
  }

  InstantSource clock() {
    return clock;
  }
}
