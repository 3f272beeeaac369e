// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;

/**
 * The signatures by which certificates sign themselves: those that TLS 1.3 knows and that are not
 * weaker than the specification of libp2p asks for.
 */
final class CertificateSignature {
  private static final String PSS = "RSASSA-PSS";

  /** By object identifier: ECDSA, Ed25519, RSA-PSS and RSA. */
  private static final Map<String, Kind> KINDS =
      Map.of(
          "2a8648ce3d040302", new Kind("EC", "SHA256withECDSA"),
          "2a8648ce3d040303", new Kind("EC", "SHA384withECDSA"),
          "2a8648ce3d040304", new Kind("EC", "SHA512withECDSA"),
          "2b6570", new Kind("Ed25519", "Ed25519"),
          "2a864886f70d01010a", new Kind("RSA", PSS),
          "2a864886f70d01010b", new Kind("RSA", "SHA256withRSA"),
          "2a864886f70d01010c", new Kind("RSA", "SHA384withRSA"),
          "2a864886f70d01010d", new Kind("RSA", "SHA512withRSA"));

  private CertificateSignature() {}

  private record Kind(String family, String algorithm) {}

  /** Whether {@code certificate} is signed by the key that it certifies. */
  static boolean holds(final CertificateFields certificate) throws GeneralSecurityException {
    final Kind kind =
        Optional.ofNullable(KINDS.get(certificate.algorithm()))
            .orElseThrow(
                () ->
                    new AuthenticationException(
                        "The peer's certificate is signed by an unknown kind of signature: "
                            + certificate.algorithm()));
    final PublicKey key =
        KeyFactory.getInstance(kind.family())
            .generatePublic(new X509EncodedKeySpec(certificate.publicKey()));
    if (key instanceof final RSAPublicKey rsa
        && (rsa.getModulus().bitLength() < 2048 || rsa.getModulus().bitLength() > 8192)) {
      throw new AuthenticationException("The key of the peer's certificate is of unfit size");
    }
    final Signature check = Signature.getInstance(kind.algorithm());
    if (kind.algorithm().equals(PSS)) {
      check.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    check.initVerify(key);
    check.update(certificate.signed());
    return check.verify(certificate.signature());
  }
}
