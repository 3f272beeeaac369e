// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.EnvelopeStatistics;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.KeyMessages.Open;
import io.calimero.node.events.messages.KeyMessages.Opened;
import io.calimero.node.events.messages.KeyMessages.Reading;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.KeyMessages.Sealed;
import io.calimero.node.events.peers.Envelope;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.storage.keys.EpochKeyStore.Kept;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What is said in a context, in envelopes that only members open. What is said after an entry is
 * encrypted under the epoch after that entry. The epoch before the present one is heard for a
 * while, as long as others may not know that it has ended; the keys of those before it are
 * forgotten. On the loop.
 */
final class Envelopes {
  /** How long an epoch that has ended is still heard, whichever is over first. */
  static final long GRACE_NANOS = TimeUnit.MINUTES.toNanos(2);

  static final long GRACE_ENTRIES = 1024;

  private final Contexts contexts;
  private final Rings rings;
  private final EpochKeys keys;
  private final SecureRandom random;
  private final LongSupplier clock;
  private final ReplayWindows replays = new ReplayWindows();

  /** When the present epoch of a context began, if that is not long ago. */
  private final Map<ContextId, Long> begun = new HashMap<>();

  private final Map<Reading, LongAdder> counts = new EnumMap<>(Reading.class);

  Envelopes(
      final Contexts contexts,
      final Rings rings,
      final EpochKeys keys,
      final SecureRandom random,
      final LongSupplier clock) {
    this.contexts = contexts;
    this.rings = rings;
    this.keys = keys;
    this.random = random;
    this.clock = clock;
    for (final Reading reading : Reading.values()) {
      counts.put(reading, new LongAdder());
    }
  }

  /** What became of what came. From any thread. */
  EnvelopeStatistics statistics() {
    return new EnvelopeStatistics(
        count(Reading.READ),
        count(Reading.UNKNOWN_KEY),
        count(Reading.ENDED_EPOCH),
        count(Reading.REPEATED),
        count(Reading.FORGED),
        count(Reading.MALFORMED));
  }

  private long count(final Reading reading) {
    final LongAdder adder = counts.get(reading);
    return adder == null ? 0 : adder.sum();
  }

  /** Entries are on disk. */
  void committed(final ContextId context, final List<Entry.Logged> entries) {
    if (entries.stream().anyMatch(Configuration::mayEndEpoch)) {
      begun.put(context, clock.getAsLong());
    }
  }

  /** Forgets everything of a context that is gone. */
  CompletableFuture<Async.Done> gone(final ContextId context) {
    begun.remove(context);
    return rings.remove(context);
  }

  CompletableFuture<Sealed> seal(final Seal request) {
    final ContextId context = request.context();
    return contexts
        .require(context)
        .thenCompose(
            hosted ->
                rings
                    .of(context)
                    .thenCompose(
                        ring -> {
                          forget(context, hosted, ring);
                          final long epoch =
                              hosted
                                  .epochs()
                                  .after(request.after(), hosted.configuration().epoch());
                          final Optional<Kept> of = ring.newest(epoch);
                          return of.isPresent()
                              ? CompletableFuture.completedFuture(sealed(request, ring, of))
                              : keys.present(context, hosted, ring)
                                  .thenApply(kept -> sealed(request, ring, kept));
                        }));
  }

  private Sealed sealed(final Seal request, final Ring ring, final Optional<Kept> kept) {
    return new Sealed(
        kept.map(
            key ->
                Bytes.wrap(
                    Envelope.CODEC.encode(
                        ring.sealer(key, random)
                            .seal(
                                GossipMessage.topic(request.context()),
                                request.author(),
                                request.content())))));
  }

  CompletableFuture<Opened> open(final Open request) {
    final Envelope envelope;
    try {
      envelope = Envelope.CODEC.decode(request.envelope().unsafeArray());
    } catch (final MalformedException e) {
      return CompletableFuture.completedFuture(counted(Reading.MALFORMED, Bytes.EMPTY));
    }
    final ContextId context = request.context();
    return contexts
        .require(context)
        .thenCompose(
            hosted ->
                rings
                    .of(context)
                    .thenApply(
                        ring -> {
                          forget(context, hosted, ring);
                          return open(request, envelope, hosted, ring);
                        }));
  }

  private Opened open(
      final Open request, final Envelope envelope, final Hosted hosted, final Ring ring) {
    final Optional<Kept> kept = ring.find(envelope.epoch(), envelope.keyId());
    if (kept.isEmpty()) {
      return counted(
          envelope.epoch() < hosted.configuration().epoch()
              ? Reading.ENDED_EPOCH
              : Reading.UNKNOWN_KEY,
          Bytes.EMPTY);
    }
    final Optional<Bytes> content =
        envelope.open(kept.get().key(), GossipMessage.topic(request.context()), request.author());
    if (content.isEmpty()) {
      return counted(Reading.FORGED, Bytes.EMPTY);
    }
    return replays.first(envelope.session(), envelope.counter())
        ? counted(Reading.READ, content.get())
        : counted(Reading.REPEATED, Bytes.EMPTY);
  }

  private Opened counted(final Reading reading, final Bytes content) {
    final LongAdder adder = counts.get(reading);
    if (adder != null) {
      adder.increment();
    }
    return new Opened(reading, content);
  }

  /** Forgets the keys of what is not heard any more. */
  private void forget(final ContextId context, final Hosted hosted, final Ring ring) {
    final long epoch = hosted.configuration().epoch();
    final Long since = begun.get(context);
    if (since != null
        && (clock.getAsLong() - since >= GRACE_NANOS
            || hosted.epochs().entriesSince(hosted.head().position()) > GRACE_ENTRIES)) {
      begun.remove(context);
    }
    rings.forgetBefore(context, ring, begun.containsKey(context) ? epoch - 1 : epoch);
  }
}
