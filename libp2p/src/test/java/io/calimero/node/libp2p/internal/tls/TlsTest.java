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
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.NegotiationException;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import io.netty.handler.ssl.util.LazyX509Certificate;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
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

  /** A certificate of {@code pair} that vouches for {@code key} by {@code signature}. */
  private static X509Certificate forged(
      final KeyPair pair, final PublicKey key, final byte[] signature, final List<String> critical)
      throws Exception {
    final X500Name nobody = new X500Name("CN=x");
    final JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            nobody,
            BigInteger.ONE,
            Date.from(NOW.minusSeconds(1)),
            Date.from(NOW.plusSeconds(1)),
            nobody,
            pair.getPublic());
    if (signature.length > 0) {
      builder.addExtension(
          new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.1.1"),
          true,
          new DERSequence(
              new ASN1Encodable[] {
                new DEROctetString(key.encode()), new DEROctetString(signature)
              }));
    }
    for (final String oid : critical) {
      builder.addExtension(new ASN1ObjectIdentifier(oid), true, new DEROctetString(new byte[1]));
    }
    // As TLS hands it over: not looked at by the JDK.
    return new LazyX509Certificate(
        builder
            .build(new JcaContentSignerBuilder("SHA384withECDSA").build(PAIR.getPrivate()))
            .getEncoded());
  }

  private static byte[] vouch(final KeyPair pair) {
    final byte[] prefix = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);
    final byte[] certified = pair.getPublic().getEncoded();
    final byte[] signed = Arrays.copyOf(prefix, prefix.length + certified.length);
    System.arraycopy(certified, 0, signed, prefix.length, certified.length);
    return KEY.sign(signed);
  }

  @Test
  void aCertificateThatDoesNotHoldTogetherIsRefused() throws Exception {
    final KeyPair other = pair();
    final PublicKey key = KEY.publicKey();
    final PublicKey stranger = PrivateKey.generate(new SecureRandom()).publicKey();
    final byte[] vouched = vouch(PAIR);
    final X509Certificate good = forged(PAIR, key, vouched, List.of());
    assertThat(PeerCertificate.verify(new X509Certificate[] {good}, NOW)).isEqualTo(key);
    final List<Map.Entry<X509Certificate, String>> bad =
        List.of(
            Map.entry(forged(PAIR, key, new byte[0], List.of()), "lacks the extension"),
            Map.entry(forged(PAIR, stranger, vouched, List.of()), "did not sign"),
            Map.entry(forged(PAIR, key, vouch(other), List.of()), "did not sign"),
            Map.entry(forged(other, key, vouch(other), List.of()), "not signed by its own key"),
            Map.entry(forged(PAIR, key, vouched, List.of("1.2.3.4")), "unknown critical"));
    for (final Map.Entry<X509Certificate, String> one : bad) {
      assertThatThrownBy(() -> PeerCertificate.verify(new X509Certificate[] {one.getKey()}, NOW))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(one.getValue());
    }
  }

  @Property(tries = 1000)
  void whatIsNoCertificateIsRefused(@ForAll @Size(max = 300) final byte[] content) {
    assertThatThrownBy(() -> CertificateFields.read(content))
        .isInstanceOf(MalformedException.class);
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
