// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Hash;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** The one-off key of a context, whose public half names it. */
public final class ContextKeys {
  private static final int ROUNDS = 12;
  private static final int NONCE_LENGTH = 8;

  private ContextKeys() {}

  /**
   * The key pair of a seed: its secret is the first 32 bytes of the ChaCha12 keystream under the
   * seed with a zero nonce, so that the same seed names the same context everywhere.
   */
  public static KeyPair fromSeed(final Hash seed) {
    final ChaChaEngine chacha = new ChaChaEngine(ROUNDS);
    chacha.init(
        true, new ParametersWithIV(new KeyParameter(seed.toByteArray()), new byte[NONCE_LENGTH]));
    final byte[] secret = new byte[Hash.LENGTH];
    chacha.processBytes(new byte[Hash.LENGTH], 0, Hash.LENGTH, secret, 0);
    return KeyPair.ofSecret(Hash.of(secret));
  }
}
