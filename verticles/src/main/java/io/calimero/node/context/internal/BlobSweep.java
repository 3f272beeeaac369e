// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Action;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.log.LogException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the blobs of calls which came to nothing do not stay. A call stores its blobs
 * before it is known whether it will be in the log, each with a note. When an entry says that a
 * blob was stored, the note goes. Where a crash came between the two, the log is searched at the
 * next start, from where it ended when the note was made. What is still open after a long while
 * goes, as nothing can refer to it any more. On the loop; files and logs elsewhere.
 *
 * <p>The same entries say which blobs the members of the context may have of this node: what a call
 * has written that everybody ran, and what a call has announced, if it is here.
 */
final class BlobSweep {
  private static final Logger LOG = LoggerFactory.getLogger(BlobSweep.class);

  /** How often it is looked, as long as anything is open. */
  private static final Duration EVERY = Duration.ofHours(1);

  /**
   * So much longer than a transaction may wait to be ordered: who is cut off from the others for
   * that long, and was vouched for by itself alone, still finds its blobs.
   */
  private static final Duration LONGER = Duration.ofDays(7);

  private final BlobStore blobs;
  private final Contexts contexts;
  private final KeyRing keys;
  private final LogReader log;
  private final Async async;
  private final LongSupplier clock;
  private final Timers timers;
  private final Duration patience;
  private boolean begun;
  private boolean planned;
  private volatile boolean stopped;

  /** What is settled just now of entries that are on disk. */
  private CompletableFuture<Async.Done> settling =
      CompletableFuture.completedFuture(Async.Done.DONE);

  /** The contexts whose logs could not be searched: what their calls stored stays meanwhile. */
  private Set<ContextId> doubtful = Set.of();

  /**
   * A sweep, not begun.
   *
   * @param clock nanoseconds since 1970
   * @param expiry how long a transaction may wait to be ordered
   */
  BlobSweep(
      final BlobStore blobs,
      final Contexts contexts,
      final KeyRing keys,
      final LogReader log,
      final Async async,
      final LongSupplier clock,
      final Timers timers,
      final Duration expiry) {
    this.blobs = blobs;
    this.contexts = contexts;
    this.keys = keys;
    this.log = log;
    this.async = async;
    this.clock = clock;
    this.timers = timers;
    patience = expiry.plus(LONGER);
  }

  /** What is noted of a blob that a call of the context stores now. */
  BlobNote note(final ContextId context) {
    return new BlobNote(
        context,
        contexts.find(context).map(hosted -> hosted.head().position()).orElse(0L),
        clock.getAsLong());
  }

  /** Looks for what the logs say of blobs that were open when the node ended. */
  void start() {
    if (blobs.unsettled().isEmpty()) {
      begun = true;
      return;
    }
    final Set<PublicKey> own = Set.copyOf(keys.owned());
    async.settled(
        async.blocking(() -> search(own)),
        (found, failure) -> {
          if (found == null) {
            LOG.warn("Blobs of calls are not looked through: {}", failure);
            return;
          }
          doubtful = found;
          begun = true;
          sweep();
        });
  }

  /** Entries of a context are on disk: the blobs that they say were stored stay. */
  void committed(final ContextId context, final List<Entry.Logged> entries) {
    for (final Entry.Logged entry : entries) {
      if (actions(entry).isEmpty()) {
        continue; // as nearly all are
      }
      final List<BlobId> stored = stored(entry);
      final List<BlobId> shared = shared(entry, keys::owns);
      if (!stored.isEmpty() || !shared.isEmpty()) {
        final CompletableFuture<Async.Done> settled =
            async.blocking(() -> settle(context, stored, shared));
        async.settled(
            settled,
            (_, failure) -> {
              if (failure != null) {
                // They stay: it is the next start that has to search the log for them
                LOG.warn(
                    "Blobs of an entry of context {} are not settled: {}",
                    context,
                    failure.message());
              }
            });
        settling =
            settling.thenCombine(settled.handle((_, _) -> Async.Done.DONE), (_, done) -> done);
      }
    }
  }

  /** Completes when what has been committed so far is settled, or cannot be. */
  CompletableFuture<Async.Done> settled() {
    return settling;
  }

  /** The note goes last: as long as it is there, the next start does all of this again. */
  private void settle(
      final ContextId context, final List<BlobId> stored, final List<BlobId> shared) {
    for (final BlobId blob : shared) {
      try {
        final boolean _ = blobs.share(blob, context);
      } catch (final StorageException e) {
        if (e.code() != StorageException.Code.REJECTED) {
          throw e;
        }
        LOG.warn("Members of context {} do not get a blob from here: {}", context, Async.words(e));
      }
    }
    stored.forEach(blobs::keep);
  }

  /** A blob was stored of which it is open whether it stays. */
  void later() {
    if (begun && !planned && !stopped) {
      planned = true;
      timers.after(
          EVERY,
          () -> {
            planned = false;
            sweep();
          });
    }
  }

  /** Looks no more. */
  void stop() {
    stopped = true;
  }

  private void sweep() {
    if (stopped) {
      return;
    }
    final long before = clock.getAsLong() - patience.toNanos();
    final Set<ContextId> unknown = doubtful;
    async.settled(
        async.blocking(() -> discard(before, unknown)),
        (open, failure) -> {
          if (failure != null) {
            LOG.warn(
                "Blobs of calls that came to nothing cannot be deleted: {}", failure.message());
          }
          if (failure != null || Boolean.TRUE.equals(open)) {
            later();
          }
        });
  }

  /** Returns whether anything is open still. Blocks. */
  private boolean discard(final long before, final Set<ContextId> unknown) {
    final SortedMap<BlobId, List<BlobNote>> unsettled = blobs.unsettled();
    int open = 0;
    for (final BlobId id : unsettled.keySet()) {
      if (stopped
          || !blobs.discard(id, note -> note.at() < before && !unknown.contains(note.context()))) {
        open++;
      }
    }
    if (open < unsettled.size()) {
      LOG.info("Deleted {} blobs of calls that came to nothing", unsettled.size() - open);
    }
    return open > 0;
  }

  /** Keeps what a log says was stored, and returns which logs could not be searched. Blocks. */
  private Set<ContextId> search(final Set<PublicKey> own) {
    final Map<ContextId, Long> from = new TreeMap<>();
    final Map<ContextId, Set<BlobId>> open = new TreeMap<>();
    blobs
        .unsettled()
        .forEach(
            (id, notes) ->
                notes.forEach(
                    note -> {
                      from.merge(note.context(), note.after() + 1, Math::min);
                      open.computeIfAbsent(note.context(), _ -> new TreeSet<>()).add(id);
                    }));
    final Set<ContextId> failed = new HashSet<>();
    from.forEach(
        (context, position) -> {
          try {
            search(context, position, open.getOrDefault(context, Set.of()), own);
          } catch (final NodeException | LogException | StorageException e) {
            failed.add(context);
            LOG.warn("Whether blobs of context {} stay is not known: {}", context, Async.words(e));
          }
        });
    return failed;
  }

  private void search(
      final ContextId context,
      final long from,
      final Set<BlobId> wanted,
      final Set<PublicKey> own) {
    if (log.isDamaged(context)) {
      throw Problem.of(Code.CONTEXT_DAMAGED, "its log is damaged", context.hash()).toException();
    }
    if (log.beginning(context) > from) {
      // What its entries said is not here any more
      wanted.forEach(blobs::keep);
      return;
    }
    log.forEach(
        context,
        from,
        entry ->
            settle(
                context,
                stored(entry).stream().filter(wanted::contains).toList(),
                shared(entry, own::contains).stream().filter(wanted::contains).toList()));
  }

  private static List<BlobId> stored(final Entry.Logged entry) {
    return actions(entry).stream()
        .filter(Action.StoreBlob.class::isInstance)
        .map(action -> ((Action.StoreBlob) action).blob())
        .toList();
  }

  /**
   * What an attested call has written is its author's, unless it says that it is for all. Only its
   * author's node obeys: who knows the name of a blob cannot have other nodes give it away.
   */
  private static List<BlobId> shared(final Entry.Logged entry, final Predicate<PublicKey> own) {
    final boolean ranByAll = entry.signed().attestation().isEmpty();
    final boolean ranForUs =
        entry.entry().payload() instanceof final Entry.Executed executed
            && own.test(executed.transaction().transaction().executor());
    return actions(entry).stream()
        .mapMulti(
            (final Action action, final Consumer<BlobId> to) -> {
              if (ranForUs && action instanceof final Action.AnnounceBlob announced) {
                to.accept(announced.blob());
              } else if (ranByAll && action instanceof final Action.StoreBlob written) {
                to.accept(written.blob());
              }
            })
        .distinct()
        .toList();
  }

  private static List<Action> actions(final Entry.Logged entry) {
    return entry.outcome().map(Outcome::actions).orElse(List.of());
  }
}
