// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.keys.KeyStore;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The keys of this node's identities, read once and kept while they are used. On the loop. */
final class KeyRing {
  private static final int CACHED = 4096;

  private final KeyStore store;
  private final SecureRandom random;
  private final Async async;
  private final SortedSet<PublicKey> owned;
  private final Map<PublicKey, KeyPair> cache = new LinkedHashMap<>();

  /** Reads the list of the keys, which blocks: meant for the start of the node. */
  KeyRing(final KeyStore store, final SecureRandom random, final Async async) {
    this.store = store;
    this.random = random;
    this.async = async;
    owned = new TreeSet<>(store.list());
  }

  boolean owns(final PublicKey identity) {
    return owned.contains(identity);
  }

  /** The identities whose keys are here; a view. */
  Set<PublicKey> owned() {
    return Collections.unmodifiableSet(owned);
  }

  /** A new pair that is not stored yet. */
  KeyPair generate() {
    return KeyPair.generate(random);
  }

  /** Stores a pair; durable when the future completes. */
  CompletableFuture<KeyPair> add(final KeyPair pair) {
    return async
        .blocking(() -> store.add(pair))
        .thenApply(
            _ -> {
              owned.add(pair.publicKey());
              remember(pair);
              return pair;
            });
  }

  CompletableFuture<Boolean> remove(final PublicKey identity) {
    owned.remove(identity);
    cache.remove(identity);
    return async.blocking(() -> store.remove(identity));
  }

  /** The pair of an identity of this node. */
  CompletableFuture<KeyPair> find(final PublicKey identity) {
    final KeyPair cached = cache.get(identity);
    if (cached != null) {
      return CompletableFuture.completedFuture(cached);
    }
    return async
        .blocking(() -> store.find(identity))
        .thenCompose(
            found -> {
              found.ifPresent(this::remember);
              return found
                  .map(CompletableFuture::completedFuture)
                  .orElseGet(() -> Async.failed(missing(identity)));
            });
  }

  private void remember(final KeyPair pair) {
    if (cache.size() >= CACHED) {
      cache.remove(cache.keySet().iterator().next());
    }
    cache.put(pair.publicKey(), pair);
  }

  private static Problem missing(final PublicKey identity) {
    return Problem.of(
        Code.UNAUTHORIZED, "the key of " + identity + " is not on this node", identity.hash());
  }
}
