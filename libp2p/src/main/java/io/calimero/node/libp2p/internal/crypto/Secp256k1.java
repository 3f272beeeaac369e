// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.crypto;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.internal.wire.Multihash;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** ECDSA on secp256k1, which the JDK no longer has. */
final class Secp256k1 {
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  private Secp256k1() {}

  static Verifier verifier(final byte[] compressedPoint) {
    if (compressedPoint.length != 33) {
      throw new MalformedException("A secp256k1 key has 33 bytes, not " + compressedPoint.length);
    }
    final ECPublicKeyParameters key;
    try {
      key = new ECPublicKeyParameters(CURVE.getCurve().decodePoint(compressedPoint), DOMAIN);
    } catch (final IllegalArgumentException e) {
      throw new MalformedException("Not a point of secp256k1", e);
    }
    return (message, signature) -> {
      final BigInteger[] pair;
      try {
        pair = StandardDSAEncoding.INSTANCE.decode(DOMAIN.getN(), signature);
      } catch (final IOException | IllegalArgumentException e) {
        // A signature of the wrong shape is a wrong signature.
        return false;
      }
      final ECDSASigner signer = new ECDSASigner();
      signer.init(false, key);
      return signer.verifySignature(Multihash.digest(message), pair[0], pair[1]);
    };
  }
}
