// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static io.calimero.node.libp2p.internal.host.Hosts.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class TlsTest {
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final KeyPair PAIR = pair();
  private static final X509Certificate CERTIFICATE =
      PeerCertificate.make(KEY, PAIR, new SecureRandom(), NOW);

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair();
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void hostsSecureConnectionsByTls() {
    try (Hosts hosts = new Hosts()) {
      final Host one = hosts.start(builder -> builder.security(List.of(HostBuilder.TLS)));
      final Host two =
          hosts.start(builder -> builder.security(List.of(HostBuilder.NOISE, HostBuilder.TLS)));
      final Host noise = hosts.start(builder -> builder.security(List.of(HostBuilder.NOISE)));
      final Connection connection = connect(one, two);
      assertThat(connection.security()).isEqualTo(HostBuilder.TLS);
      final Stream stream = await(connection.openStream(List.of(ECHO)));
      Futures.ignore(stream.write(new byte[1 << 20]).thenCompose(done -> stream.closeWrite()));
      assertThat(readAll(stream)).hasSize(1 << 20);
      assertThatThrownBy(() -> await(one.connect(KEY.peerId(), two.addresses())))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(two.id().toString());
      assertThatThrownBy(() -> connect(one, noise)).isInstanceOf(NegotiationException.class);
    }
  }

  @Test
  void aCertificateNamesItsPeer() {
    assertThat(PeerCertificate.verify(new X509Certificate[] {CERTIFICATE}, NOW))
        .isEqualTo(KEY.publicKey());
  }

  @Test
  void aCertificateOutOfItsTimeOrInCompanyIsRefused() {
    final X509Certificate[] one = {CERTIFICATE};
    for (final Duration off : List.of(Duration.ofDays(-1), Duration.ofDays(40_000))) {
      assertThatThrownBy(() -> PeerCertificate.verify(one, NOW.plus(off)))
          .isInstanceOf(AuthenticationException.class);
    }
    assertThatThrownBy(
            () -> PeerCertificate.verify(new X509Certificate[] {CERTIFICATE, CERTIFICATE}, NOW))
        .isInstanceOf(AuthenticationException.class);
  }

  @Property(tries = 500)
  void aDamagedCertificateIsRefused(@ForAll final int at, @ForAll final byte value)
      throws CertificateException {
    final byte[] bytes = CERTIFICATE.getEncoded();
    final int index = Math.floorMod(at, bytes.length);
    final boolean same = bytes[index] == value;
    bytes[index] = value;
    try {
      final X509Certificate damaged =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(bytes));
      PeerCertificate.verify(new X509Certificate[] {damaged}, NOW);
      assertThat(same).isTrue();
    } catch (final Libp2pException | CertificateException e) {
      assertThat(same).isFalse();
    }
  }
}
