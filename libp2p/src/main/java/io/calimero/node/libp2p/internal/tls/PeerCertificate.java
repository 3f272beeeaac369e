// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PublicKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates that name a peer (TLS specification, "Peer Authentication"): signed by themselves,
 * with an extension that holds the peer's key and its signature over the certificate's.
 */
final class PeerCertificate {
  private static final String EXTENSION = "1.3.6.1.4.1.53594.1.1";
  private static final String EXTENSION_HEX = "2b0601040183a25a0101";
  private static final byte[] PREFIX = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);
  private static final Duration BEFORE = Duration.ofHours(1);
  private static final Duration AFTER = Duration.ofDays(365L * 100);

  private PeerCertificate() {}

  /** A certificate over {@code pair} for the peer of {@code identity}. */
  static X509Certificate make(
      final PrivateKey identity, final KeyPair pair, final SecureRandom random, final Instant now) {
    final byte[] signature = identity.sign(signed(pair.getPublic().getEncoded()));
    final DERSequence content =
        new DERSequence(
            new ASN1Encodable[] {
              new DEROctetString(identity.publicKey().encode()), new DEROctetString(signature)
            });
    final X500Name name = new X500Name("CN=libp2p");
    final X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(62, random).add(BigInteger.ONE),
            Date.from(now.minus(BEFORE)),
            Date.from(now.plus(AFTER)),
            name,
            pair.getPublic());
    try {
      builder.addExtension(new ASN1ObjectIdentifier(EXTENSION), false, content);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    } catch (final IOException | OperatorCreationException | CertificateException e) {
      throw new IllegalStateException("A certificate cannot be made", e);
    }
  }

  /**
   * Checks a certificate that a peer showed.
   *
   * @return the peer's key
   * @throws AuthenticationException if anything about it is wrong
   */
  static PublicKey verify(final X509Certificate[] chain, final Instant now) {
    if (chain.length != 1) {
      throw new AuthenticationException("A peer shows one certificate, not " + chain.length);
    }
    try {
      final CertificateFields certificate = CertificateFields.read(chain[0].getEncoded());
      if (now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter())) {
        throw new AuthenticationException("The peer's certificate is out of its time");
      }
      if (!CertificateSignature.holds(certificate)) {
        throw new AuthenticationException("The peer's certificate is not signed by its own key");
      }
      if (certificate.extensions().stream()
          .anyMatch(e -> e.critical() && !e.oid().equals(EXTENSION_HEX))) {
        throw new AuthenticationException("The peer's certificate has unknown critical extensions");
      }
      final Claim claim = claim(certificate);
      if (!claim.key().verify(signed(certificate.publicKey()), claim.signature())) {
        throw new AuthenticationException(claim.key() + " did not sign the certificate's key");
      }
      return claim.key();
    } catch (final GeneralSecurityException | MalformedException e) {
      throw new AuthenticationException("The peer's certificate cannot be read", e);
    }
  }

  /** The key of the peer that {@code certificate}, which was verified before, names. */
  static PublicKey peer(final X509Certificate certificate) {
    try {
      return claim(CertificateFields.read(certificate.getEncoded())).key();
    } catch (final CertificateEncodingException e) {
      throw new AuthenticationException("The peer's certificate cannot be read", e);
    }
  }

  /** Who a certificate says it is of, and by what it proves that. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Claim(PublicKey key, byte[] signature) {}

  private static Claim claim(final CertificateFields certificate) {
    final byte[] content =
        certificate.extensions().stream()
            .filter(extension -> extension.oid().equals(EXTENSION_HEX))
            .findFirst()
            .orElseThrow(
                () -> new AuthenticationException("The certificate lacks the extension of libp2p"))
            .value();
    final DerReader outside = new DerReader(content);
    final DerReader parts = outside.enter(DerReader.SEQUENCE);
    outside.end();
    final Claim claim =
        new Claim(
            PublicKey.decode(parts.content(DerReader.OCTET_STRING)),
            parts.content(DerReader.OCTET_STRING));
    parts.end();
    return claim;
  }

  private static byte[] signed(final byte[] certificateKey) {
    final byte[] bytes = new byte[PREFIX.length + certificateKey.length];
    System.arraycopy(PREFIX, 0, bytes, 0, PREFIX.length);
    System.arraycopy(certificateKey, 0, bytes, PREFIX.length, certificateKey.length);
    return bytes;
  }
}
