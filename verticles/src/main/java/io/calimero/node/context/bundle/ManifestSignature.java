// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.Base58;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The signature of a manifest: Ed25519 over the SHA-256 digest of the manifest in the form of RFC
 * 8785, without the signature and without what begins with an underscore.
 */
final class ManifestSignature {
  private static final int KEY = 32;

  private ManifestSignature() {}

  /**
   * Checks the signature.
   *
   * @return the signer as a {@code did:key}
   */
  static String verify(final JsonTree.Fields manifest, final JsonTree.Fields signature)
      throws BundleException {
    if (!signature.text("algorithm").filter("ed25519"::equals).isPresent()) {
      throw new BundleException("is signed with another algorithm than ed25519");
    }
    final byte[] key = decode(signature, "publicKey", KEY);
    final byte[] signed = decode(signature, "signature", Signature.LENGTH);
    final boolean good =
        KeyPair.verify(
            new PublicKey(Hash.of(key)), digest(manifest), new Signature(Bytes.wrap(signed)));
    if (!good) {
      throw new BundleException("has a signature that is not the signer's");
    }
    final String signer = didKey(key);
    if (!manifest.text("signerId").filter(signer::equals).isPresent()) {
      throw new BundleException("names another signer than " + signer + ", who signed it");
    }
    return signer;
  }

  static Hash digest(final JsonTree.Fields manifest) throws BundleException {
    final SortedMap<String, JsonTree> signed = new TreeMap<>(manifest.fields());
    signed.keySet().removeIf(name -> name.equals("signature") || name.startsWith("_"));
    final StringBuilder text = new StringBuilder();
    new JsonTree.Fields(signed).write(text);
    return Hash.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The key as a decentralized identifier: multicodec 0xed, base58btc. */
  static String didKey(final byte[] key) {
    final byte[] tagged = new byte[KEY + 2];
    tagged[0] = (byte) 0xed;
    tagged[1] = 1;
    System.arraycopy(key, 0, tagged, 2, KEY);
    return "did:key:z" + Base58.encode(tagged);
  }

  private static byte[] decode(
      final JsonTree.Fields signature, final String field, final int length)
      throws BundleException {
    final String text =
        signature
            .text(field)
            .orElseThrow(() -> new BundleException("has a signature without a " + field));
    try {
      final byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length == length) {
        return bytes;
      }
    } catch (final IllegalArgumentException e) {
      throw new BundleException("has a " + field + " that is no base64: " + e.getMessage());
    }
    throw new BundleException("has a " + field + " that is not of " + length + " bytes");
  }
}
