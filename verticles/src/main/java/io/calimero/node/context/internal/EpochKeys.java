// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.KeyMessages.GiveKeys;
import io.calimero.node.events.messages.KeyMessages.GivenKeys;
import io.calimero.node.events.messages.KeyMessages.KeysTaken;
import io.calimero.node.events.messages.KeyMessages.TakeKeys;
import io.calimero.node.events.peers.HandedKey;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The keys of epochs: the coordinator's node makes them, every member's node keeps them, and hands
 * those of the present epoch to other members. On the loop.
 */
final class EpochKeys {
  private final Contexts contexts;
  private final KeyRing identities;
  private final Rings rings;
  private final SecureRandom random;
  private final Async async;
  private final Map<Making, CompletableFuture<Kept>> making = new HashMap<>();

  /** The key of an epoch, on its way to the disk. */
  private record Making(ContextId context, long epoch) {}

  EpochKeys(
      final Contexts contexts,
      final KeyRing identities,
      final Rings rings,
      final SecureRandom random,
      final Async async) {
    this.contexts = contexts;
    this.identities = identities;
    this.rings = rings;
    this.random = random;
    this.async = async;
  }

  /** A key of the present epoch with which this node encrypts; none if it has to ask for one. */
  CompletableFuture<Optional<Kept>> present(
      final ContextId context, final Hosted hosted, final Ring ring) {
    final Configuration configuration = hosted.configuration();
    final Optional<Kept> newest = ring.newest(configuration.epoch());
    if (newest.isPresent()) {
      return CompletableFuture.completedFuture(newest);
    }
    return identities.owns(configuration.coordinator())
        ? vouched(context, configuration, ring).thenApply(Optional::of)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /** A key of the present epoch that the coordinator, who is on this node, vouches for. */
  private CompletableFuture<Kept> vouched(
      final ContextId context, final Configuration configuration, final Ring ring) {
    final Making made = new Making(context, configuration.epoch());
    final CompletableFuture<Kept> underWay = making.get(made);
    if (underWay != null) {
      return underWay;
    }
    // A coordinator before this one may have made one: it goes on being used.
    final EpochKey key =
        ring.newest(configuration.epoch())
            .map(Kept::key)
            .orElseGet(() -> EpochKey.generate(random));
    final CompletableFuture<Kept> kept =
        identities
            .find(configuration.coordinator())
            .thenCompose(
                coordinator -> {
                  final Kept fresh =
                      new Kept(
                          configuration.epoch(),
                          key,
                          coordinator.sign(
                              HandedKey.vouching(context, configuration.epoch(), key)));
                  return rings.add(context, ring, List.of(fresh)).thenApply(_ -> fresh);
                });
    making.put(made, kept);
    return kept.whenComplete((_, _) -> making.remove(made, kept));
  }

  /**
   * Hands the keys of the epoch that this node knows as the present one to a member at its head.
   */
  CompletableFuture<GivenKeys> give(final GiveKeys request) {
    final ContextId context = request.context();
    return contexts
        .require(context)
        .thenCompose(
            hosted -> {
              final Configuration configuration = hosted.configuration();
              if (!configuration.isMember(request.member())
                  || !request.conversation().context().equals(context)) {
                return Async.failed(
                    Problem.of(
                        Code.UNAUTHORIZED,
                        request.member() + " is no member of the context",
                        request.member().hash()));
              }
              return rings
                  .of(context)
                  .thenCompose(ring -> good(context, configuration, ring))
                  .thenCompose(keys -> async.blocking(() -> seal(keys, request)));
            });
  }

  /** The keys of the present epoch for which its coordinator vouches. */
  private CompletableFuture<List<Kept>> good(
      final ContextId context, final Configuration configuration, final Ring ring) {
    final List<Kept> all = ring.of(configuration.epoch());
    return async
        .blocking(
            () ->
                all.stream()
                    .filter(kept -> vouches(configuration.coordinator(), context, kept))
                    .toList())
        .thenCompose(
            good ->
                good.isEmpty() && identities.owns(configuration.coordinator())
                    ? vouched(context, configuration, ring).thenApply(List::of)
                    : CompletableFuture.completedFuture(good));
  }

  private static boolean vouches(
      final PublicKey coordinator, final ContextId context, final Kept kept) {
    return KeyPair.verify(
        coordinator, HandedKey.vouching(context, kept.epoch(), kept.key()), kept.signature());
  }

  private GivenKeys seal(final List<Kept> keys, final GiveKeys request) {
    return new GivenKeys(
        keys.stream()
            .map(
                kept ->
                    HandedKey.seal(
                        kept.epoch(),
                        kept.signature(),
                        kept.key(),
                        request.member(),
                        request.conversation(),
                        random))
            .toList());
  }

  /** Keeps keys of this epoch, or of one that this node does not know of yet. */
  CompletableFuture<KeysTaken> take(final TakeKeys request) {
    final ContextId context = request.context();
    return contexts
        .require(context)
        .thenCompose(
            hosted ->
                identities
                    .find(request.member())
                    .thenCompose(member -> opened(request, member, hosted.configuration()))
                    .thenCompose(
                        keys -> rings.of(context).thenCompose(ring -> keep(context, ring, keys))));
  }

  private CompletableFuture<List<Kept>> opened(
      final TakeKeys request, final KeyPair member, final Configuration configuration) {
    return async.blocking(
        () -> {
          final List<Kept> good = new ArrayList<>();
          for (final HandedKey handed : request.keys()) {
            if (handed.epoch() >= configuration.epoch()) {
              handed
                  .open(member, request.conversation(), configuration.coordinator())
                  .ifPresent(key -> good.add(new Kept(handed.epoch(), key, handed.signature())));
            }
          }
          return good;
        });
  }

  private CompletableFuture<KeysTaken> keep(
      final ContextId context, final Ring ring, final List<Kept> keys) {
    final List<Kept> fresh =
        keys.stream().filter(kept -> ring.find(kept.epoch(), kept.key().id()).isEmpty()).toList();
    return fresh.isEmpty()
        ? CompletableFuture.completedFuture(new KeysTaken(0))
        : rings.add(context, ring, fresh).thenApply(_ -> new KeysTaken(fresh.size()));
  }
}
