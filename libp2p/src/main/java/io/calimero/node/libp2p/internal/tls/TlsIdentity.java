// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a host, and how it shakes hands. Made once, used for every handshake, closed
 * with the host.
 *
 * <p>TLS is BoringSSL's where its native library is there for this platform. The JDK's stands in
 * for it elsewhere; it cannot read certificates without an issuer's name, such as js-libp2p makes.
 */
public final class TlsIdentity implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);

  /** Without a multiplexer that both know, this is what is agreed on. */
  static final String PLAIN = "libp2p";

  private final InstantSource clock;
  private final KeyPair pair;
  private final X509Certificate certificate;
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
      pair = generator.generateKeyPair();
      certificate = PeerCertificate.make(identity, pair, random, clock.instant());
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
        .sslProvider(readsEveryCertificate() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .protocols("TLSv1.3")
        // Every handshake proves both peers anew.
        .sessionCacheSize(1)
        .sessionTimeout(1)
        .trustManager(new PeerTrust(clock))
        .applicationProtocolConfig(alpn);
  }

  /**
   * Whether TLS works with every peer here: without BoringSSL it does not with some, and a host
   * that prefers TLS could not talk to them at all.
   */
  public static boolean readsEveryCertificate() {
    return OpenSsl.isAvailable();
  }

  /** Says in the log, where BoringSSL is missing, what that means. */
  public static void explain() {
    if (!readsEveryCertificate()) {
      LOG.info(
          "TLS is the JDK's, because BoringSSL has no library for this platform ({}): peers whose"
              + " certificates lack an issuer can be reached by Noise only",
          String.valueOf(OpenSsl.unavailabilityCause()));
    }
  }

  /** What names this host to its peers. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Asks of a peer's certificate that it names a peer. */
  public X509ExtendedTrustManager trust() {
    return new PeerTrust(clock);
  }

  /** The key of the certificate. */
  public java.security.PrivateKey certificateKey() {
    return pair.getPrivate();
  }

  /** A handler for one connection. */
  SslHandler handler(final boolean dialer, final ByteBufAllocator allocator) {
    return (dialer ? client : server).newHandler(allocator);
  }

  /** Gives back the memory of BoringSSL, once no handshake begins any more. */
  @Override
  public void close() {
    ReferenceCountUtil.release(client);
    ReferenceCountUtil.release(server);
  }

  /**
   * Who is at the other end, after a handshake in which {@link #trust} was asked.
   *
   * @throws AuthenticationException if it is not {@code expected}
   */
  public static PublicKey peer(final SSLEngine engine, final Optional<PeerId> expected) {
    final PublicKey key;
    try {
      key = PeerCertificate.peer((X509Certificate) engine.getSession().getPeerCertificates()[0]);
    } catch (final SSLPeerUnverifiedException e) {
      throw new AuthenticationException("The peer showed no certificate", e);
    }
    final PeerId peer = PeerId.of(key);
    if (expected.isPresent() && !expected.get().equals(peer)) {
      throw new AuthenticationException("Dialled " + expected.get() + " and met " + peer);
    }
    return key;
  }
}
