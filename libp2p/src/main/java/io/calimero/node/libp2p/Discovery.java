// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A way to peers whose addresses are not known yet. Safe for use by several threads; no method
 * blocks.
 */
public interface Discovery {
  /**
   * Looks for {@code peer}.
   *
   * @return where it was reached just now: there is a connection to it. Empty if nobody knows it or
   *     it does not answer
   */
  CompletableFuture<Optional<PeerAddresses>> findPeer(PeerId peer);

  /**
   * Looks for peers that have said by {@link #advertise} that they have {@code key}.
   *
   * @param key any bytes, at most 1 KiB
   * @param limit how many are enough
   * @return those found, this host itself not among them. Others say so of them: whether it is true
   *     and whether they answer shows when they are asked
   */
  CompletableFuture<List<PeerAddresses>> findProviders(byte[] key, int limit);

  /**
   * Says that this host has {@code key}, now and again and again until it is {@link #withdraw
   * withdrawn} or this is stopped.
   *
   * @return how many peers were told. It fails with {@link LimitException} if too many keys are
   *     advertised
   */
  CompletableFuture<Integer> advertise(byte[] key);

  /** Advertises {@code key} no longer; peers that were told forget it when its time is over. */
  CompletableFuture<Void> withdraw(byte[] key);

  /** Gives back what this holds; the host goes on. Idempotent. */
  CompletableFuture<Void> stop();
}
