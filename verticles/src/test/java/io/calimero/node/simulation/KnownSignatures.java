// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import java.util.HashMap;
import java.util.Map;

/**
 * Verifies each signature once in a run, however many nodes ask: nothing of the answer depends on
 * who asks, and verifying is most of what a run costs.
 */
final class KnownSignatures implements Signatures {
  private final Map<Claim, Boolean> known = new HashMap<>();

  private record Claim(PublicKey key, Hash digest, Signature signature) {}

  @Override
  public boolean verify(final PublicKey key, final Hash digest, final Signature signature) {
    return known.computeIfAbsent(
        new Claim(key, digest, signature), _ -> KeyPair.verify(key, digest, signature));
  }
}
