// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.keys.KeyStore;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keys on a disk that outlives the process. */
final class MemoryKeys implements KeyStore {
  private final SortedMap<PublicKey, KeyPair> pairs = new TreeMap<>();

  @Override
  public void add(final KeyPair pair) {
    pairs.put(pair.publicKey(), pair);
  }

  @Override
  public KeyPair generate(final SecureRandom random) {
    final KeyPair pair = KeyPair.generate(random);
    add(pair);
    return pair;
  }

  @Override
  public Optional<KeyPair> find(final PublicKey identity) {
    return Optional.ofNullable(pairs.get(identity));
  }

  @Override
  public SortedSet<PublicKey> list() {
    return new TreeSet<>(pairs.keySet());
  }

  @Override
  public boolean remove(final PublicKey identity) {
    return pairs.remove(identity) != null;
  }
}
