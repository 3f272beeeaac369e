// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A table of values and providers that its peers keep together (kad-dht specification). What it
 * says comes from strangers: values have passed their {@link RecordValidator}, and nothing else is
 * proven. Safe for use by several threads; no method blocks.
 *
 * <p>Keys are any bytes, up to 1 KiB. Some peers take only those they know the form of: values of
 * js-libp2p have keys like {@code /namespace/rest}, and its providers' keys are SHA-256
 * multihashes.
 */
public interface Dht extends Discovery {
  /**
   * Fills the table of peers by looking up this host and some random places. It happens by itself
   * when the first peer is met and then regularly.
   *
   * @return how many peers the table has; 0 if there was nobody to ask
   */
  CompletableFuture<Integer> bootstrap();

  /** The peers in the table, the nearest to this host first. */
  CompletableFuture<List<PeerAddresses>> table();

  /** The peers nearest to {@code key} of those that answer, the nearest first. */
  CompletableFuture<List<PeerAddresses>> closest(byte[] key);

  /**
   * Keeps {@code value} under {@code key} at the peers nearest to it, now and again and again until
   * this is stopped.
   *
   * @return how many peers have taken it. It fails with {@link IllegalArgumentException} if its
   *     validator refuses the value or prefers one that is known here, {@link LimitException} if it
   *     is too large or there are too many
   */
  CompletableFuture<Integer> put(byte[] key, byte[] value);

  /**
   * The best of the values that peers have under {@code key}; those that have a worse one are told.
   *
   * @return empty if none was found in time
   */
  CompletableFuture<Optional<byte[]>> get(byte[] key);

  /** Whether this host answers others and so takes its part of the table, or only asks. */
  CompletableFuture<Void> serve(boolean server);
}
