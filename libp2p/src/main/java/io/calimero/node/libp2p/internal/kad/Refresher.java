// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.internal.async.Futures;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Keeps a table filled and its peers checked (kad-dht specification, "Bootstrap process"). For one
 * thread.
 */
final class Refresher {
  /** Nearer places are found by looking up this host; to hit them by chance takes too long. */
  private static final int DEEPEST = 12;

  private static final int PREIMAGE = 32;

  private final KadContext context;
  private final Function<ByteString, CompletableFuture<List<PeerAddresses>>> closest;
  private Optional<CompletableFuture<Integer>> running = Optional.empty();

  /** A refresher that looks up keys by {@code closest}. */
  Refresher(
      final KadContext context,
      final Function<ByteString, CompletableFuture<List<PeerAddresses>>> closest) {
    this.context = context;
    this.closest = closest;
  }

  /** Checks on peers that were silent for long; looks up this host and one random place. */
  CompletableFuture<Integer> refresh() {
    if (context.table().count() == 0) {
      context.transport().servers().forEach(context::heard);
    }
    context.table().silent(context.now()).forEach(context::check);
    final int any = context.random().nextInt(deepest() + 1);
    return run(any, any);
  }

  /** Looks up this host and a place in each bucket; how many peers there are then. */
  CompletableFuture<Integer> bootstrap() {
    return run(0, DEEPEST);
  }

  private int deepest() {
    return Math.min(DEEPEST, context.table().depth());
  }

  private CompletableFuture<Integer> run(final int from, final int to) {
    if (running.isPresent()) {
      return running.get();
    }
    final CompletableFuture<Integer> done = new CompletableFuture<>();
    running = Optional.of(done);
    Futures.ignore(
        closest
            .apply(ByteString.copyFrom(context.self().encode()))
            .thenCompose(found -> fill(from, to))
            .whenComplete(
                (filled, failure) -> {
                  running = Optional.empty();
                  done.complete(context.table().count());
                }));
    return done;
  }

  private CompletableFuture<Void> fill(final int bucket, final int to) {
    return bucket > Math.min(to, deepest())
        ? CompletableFuture.completedFuture(null)
        : closest.apply(somewhere(bucket)).thenCompose(found -> fill(bucket + 1, to));
  }

  /** A key whose place has just {@code bits} leading bits in common with this host. */
  private ByteString somewhere(final int bits) {
    final KadKey self = KadKey.of(context.self());
    final byte[] preimage = new byte[PREIMAGE];
    do {
      context.random().nextBytes(preimage);
    } while (KadKey.of(preimage).commonPrefix(self) != bits);
    return ByteString.copyFrom(preimage);
  }
}
