// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import io.calimero.node.events.messages.ContextMessages.Prove;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Verifies each signature once in a run, however many nodes ask: nothing of the answer depends on
 * who asks, and verifying is most of what a run costs.
 */
final class KnownSignatures implements Signatures {
  private final Map<Claim, Boolean> known = new HashMap<>();
  private final Set<PublicKey> proven = new HashSet<>();

  private record Claim(PublicKey key, Hash digest, Signature signature) {}

  /**
   * A core has just made this proof with a key of its own, and whoever is to believe it will ask
   * for the same. The first one of each member is verified all the same.
   */
  void made(final Prove request, final Signature signature) {
    if (!proven.add(request.member())) {
      final Hash digest =
          request.server()
              ? request.membership().ofServer(request.member())
              : request.membership().ofClient(request.member());
      known.put(new Claim(request.member(), digest, signature), true);
    }
  }

  @Override
  public boolean verify(final PublicKey key, final Hash digest, final Signature signature) {
    final Claim claim = new Claim(key, digest, signature);
    final Boolean before = known.get(claim);
    if (before != null) {
      return before;
    }
    final boolean genuine = KeyPair.verify(key, digest, signature);
    known.put(claim, genuine);
    return genuine;
  }
}
