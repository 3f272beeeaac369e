// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows the signatures that this node has just made for transactions that others order: when such a
 * one comes back in an entry, its signature need not be computed a second time. All others are
 * verified. Thread-safe.
 */
final class OwnSignatures implements Signatures {
  private static final int MOST = 8192;

  private final Signatures others;

  /** By what was signed; whoever was first goes first. */
  private final Map<Hash, Made> made = new LinkedHashMap<>();

  private record Made(PublicKey key, Signature signature) {}

  OwnSignatures(final Signatures others) {
    this.others = others;
  }

  /** This node has signed it. */
  synchronized void made(final Transaction.Signed transaction) {
    if (made.size() >= MOST) {
      made.remove(made.keySet().iterator().next());
    }
    made.put(
        transaction.hash(),
        new Made(transaction.transaction().executor(), transaction.signature()));
  }

  @Override
  public boolean verify(final PublicKey key, final Hash digest, final Signature signature) {
    return isOwn(key, digest, signature) || others.verify(key, digest, signature);
  }

  /** Each comes back once, as a rule. */
  private synchronized boolean isOwn(
      final PublicKey key, final Hash digest, final Signature signature) {
    return made.remove(digest, new Made(key, signature));
  }
}
