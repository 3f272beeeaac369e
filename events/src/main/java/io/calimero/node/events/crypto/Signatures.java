// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;

/**
 * Tells signatures from forgeries. Whoever verifies much takes one of these, so that many nodes in
 * one process need not verify the same signature many times.
 */
@FunctionalInterface
public interface Signatures {
  /** Computes each time. */
  Signatures ED25519 = KeyPair::verify;

  /** Whether the signature over the digest is the key's. A malformed key verifies nothing. */
  boolean verify(PublicKey key, Hash digest, Signature signature);
}
