// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.context.PendingOptions;
import io.calimero.node.context.internal.pending.Item.Stage;
import io.calimero.node.context.internal.pending.PendingRecord.Settled;
import io.calimero.node.context.internal.pending.PendingRecord.Taken;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.storage.records.RecordFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that wait for coordinators on other nodes.
 *
 * <p>Each is on disk before it is handed over. It leaves the pool when its entry is in this node's
 * log, when the coordinator has answered that there will be none, or when it is too old. What the
 * coordinator answered without an entry is on disk before the caller is told.
 */
public final class PendingPool {
  private static final Logger LOG = LoggerFactory.getLogger(PendingPool.class);
  private static final Duration ENTRY_OVERDUE = Duration.ofSeconds(30);
  private static final Duration LONGEST_SWEEP = Duration.ofSeconds(5);
  private static final int SETTLED_SIZE = 256;

  private final Outside outside;
  private final PendingOptions options;
  private final RandomGenerator jitter;
  private final PendingStatistics statistics = new PendingStatistics();
  private final Ledger ledger;
  private final Patience patience;
  private final News news;
  private final Judge judge;
  private final Ends ends = new Ends();
  private final Map<Hash, Item> items = new LinkedHashMap<>();
  private final Map<ContextId, Lane> lanes = new HashMap<>();
  private final Remembered fates = new Remembered();
  private long bytes;
  private long number;
  private boolean isSweeping;
  private boolean isStopped;

  /** A pool over its file; nothing is handed over before {@link #start}. */
  public PendingPool(
      final RecordFile file,
      final Outside outside,
      final PendingOptions options,
      final RandomGenerator jitter) {
    this.outside = outside;
    this.options = options;
    this.jitter = jitter;
    news = new News(outside);
    judge = new Judge(outside, ends);
    ledger = new Ledger(file, outside, this::all, () -> bytes + (long) fates.size() * SETTLED_SIZE);
    patience = new Patience(outside, options.patience(), this::tell);
    Restored.of(file.contents()).forEach(this::recover);
    items.values().forEach(item -> item.told = true);
  }

  /** What is counted. */
  public PendingStatistics statistics() {
    return statistics;
  }

  private void recover(final Restored.Found found) {
    switch (found.record()) {
      case Taken taken -> {
        fates.forget(taken.transaction().hash());
        if (!items.containsKey(taken.transaction().hash())) {
          put(taken, found.size());
        }
      }
      case Settled settled -> {
        final Item item = items.get(settled.transaction());
        if (item != null) {
          remove(item);
          statistics.left();
        }
        fates.add(settled);
      }
    }
  }

  /** Looks for what waits in the log, and begins to hand over what is not there. */
  public void start() {
    final Map<ContextId, List<Item>> recovered =
        items.values().stream()
            .collect(
                Collectors.groupingBy(
                    item -> item.transaction().context(), LinkedHashMap::new, Collectors.toList()));
    recovered.forEach(this::look);
    sweepLater();
  }

  private void look(final ContextId context, final List<Item> recovered) {
    final Lane lane = lane(context);
    lane.hold();
    final long head = recovered.stream().mapToLong(item -> item.taken.head()).min().orElseThrow();
    final Set<Hash> hashes = recovered.stream().map(Item::hash).collect(Collectors.toSet());
    final CompletableFuture<Object> _ =
        outside
            .logged(context, head, hashes)
            .exceptionally(
                failure -> {
                  LOG.warn(
                      "the log of {} cannot be searched for pending transactions: {}",
                      context,
                      failure.toString());
                  recovered.forEach(item -> item.isUnsought = true);
                  return Map.of();
                })
            .handle(
                (found, _) -> {
                  for (final Item item : recovered) {
                    item.stored.complete(item);
                    if (found.containsKey(item.hash())) {
                      confirmed(item, found.get(item.hash()));
                    } else if (item.stage == Stage.COMING) {
                      lane.add(item);
                    }
                  }
                  lane.release();
                  return lane;
                });
  }

  /**
   * Takes a transaction that another node has to order.
   *
   * @return its answer, once it has one; or else {@code PENDING} naming it, when its caller has
   *     waited long enough and it is on disk; {@code BUSY} or {@code STORAGE_FULL} if it was not
   *     taken
   */
  public CompletableFuture<Answer> take(final Transaction.Signed signed) {
    final Item known = items.get(signed.hash());
    if (known != null) {
      return patience.await(known);
    }
    if (isStopped) {
      return failed(Problem.of(Code.NOT_READY, "the node is stopping"));
    }
    final ContextId context = signed.transaction().context();
    final Taken taken = new Taken(outside.now(), outside.head(context), signed);
    final long size = PendingRecord.CODEC.encode(taken).length;
    final Lane lane = lane(context);
    if (lane.count >= options.perContext()
        || items.size() >= options.total()
        || lane.bytes + size > options.bytesPerContext()
        || bytes + size > options.bytes()) {
      return failed(
          Problem.of(
              Code.BUSY,
              lane.count
                  + " transactions of this context, and "
                  + items.size()
                  + " in all, wait for coordinators already: try again later",
              context.hash()));
    }
    fates.forget(signed.hash());
    final Item item = put(taken, size);
    final CompletableFuture<Object> _ =
        ledger
            .write(taken, size)
            .handle(
                (_, failure) -> {
                  if (failure == null) {
                    stored(lane, item);
                  } else {
                    notStored(item, outside.problem(failure));
                  }
                  return item;
                });
    sweepLater();
    return patience.await(item);
  }

  private Item put(final Taken taken, final long size) {
    final Item item = new Item(taken, number++, size, outside.trace());
    final Lane lane = lane(taken.transaction().transaction().context());
    items.put(item.hash(), item);
    lane.count++;
    lane.bytes += size;
    bytes += size;
    statistics.taken();
    return item;
  }

  private void remove(final Item item) {
    item.stage = Stage.GONE;
    items.remove(item.hash());
    final Lane lane = lane(item.transaction().context());
    lane.count--;
    lane.bytes -= item.size;
    bytes -= item.size;
  }

  private void stored(final Lane lane, final Item item) {
    item.stored.complete(item);
    if (item.stage == Stage.COMING && !isStopped) {
      lane.add(item);
    }
  }

  private void notStored(final Item item, final Problem problem) {
    if (item.stage != Stage.GONE) {
      remove(item);
      statistics.left();
      item.answer.completeExceptionally(problem.toException());
    }
  }

  private Lane lane(final ContextId context) {
    return lanes.computeIfAbsent(context, _ -> new Lane(outside, options, jitter, judge));
  }

  /** The ends of items that have no entry here. */
  private final class Ends implements Judge.Endings {
    /** It may be ordered or not, and nobody will tell. */
    @Override
    public void giveUp(final Item item, final Problem problem) {
      settle(
          item,
          new Expired(item.taken.since(), outside.now()),
          told -> told.completeExceptionally(problem.toException()));
    }

    /** The end of an item without an entry; on disk before anyone is told. */
    @Override
    public void settle(
        final Item item, final Fate fate, final Consumer<CompletableFuture<Answer>> tell) {
      remove(item);
      final Settled settled = new Settled(item.hash(), fate);
      fates.add(settled);
      statistics.ended(fate);
      final CompletableFuture<Object> _ =
          ledger
              .write(settled, SETTLED_SIZE)
              .handle(
                  (_, failure) -> {
                    if (failure != null) {
                      LOG.warn(
                          "what became of transaction {} cannot be stored; after a restart it is"
                              + " handed over once more",
                          item.hash());
                    }
                    tell.accept(item.answer);
                    news.ended(item, fate);
                    return item;
                  });
    }

    /** The coordinator is believed, as it is believed for all else that stood there. */
    @Override
    public void skipped(final Item item, final Written written) {
      fates.add(new Settled(item.hash(), new Confirmed(written.position(), written.entryHash())));
      confirmed(item, written);
    }
  }

  /** Entries are on this node's disk. */
  public void committed(final ContextId context, final List<Entry.Logged> entries) {
    if (items.isEmpty()) {
      return;
    }
    for (final Entry.Logged logged : entries) {
      if (logged.entry().payload() instanceof Entry.Executed executed) {
        final Item item = items.get(executed.transaction().hash());
        if (item != null) {
          confirmed(
              item,
              new Written(
                  logged.entry().position(),
                  logged.signed().hash(),
                  item.hash(),
                  logged.outcome().orElseThrow()));
        }
      }
    }
    final long beginning = outside.beginning(context);
    if (beginning > 1 && entries.getFirst().entry().position() == beginning) {
      for (final Item item : List.copyOf(items.values())) {
        item.written
            .filter(_ -> item.transaction().context().equals(context))
            .filter(written -> judge.isSkipped(item, written))
            .ifPresent(written -> ends.skipped(item, written));
      }
    }
    final Lane lane = lanes.get(context);
    if (lane != null) {
      lane.wake();
    }
  }

  private void confirmed(final Item item, final Written written) {
    remove(item);
    final Confirmed fate = new Confirmed(written.position(), written.entryHash());
    statistics.ended(fate);
    // The log has it: the next start finds it there if this is never written.
    ledger.note(new Settled(item.hash(), fate));
    item.answer.complete(written);
  }

  /** A peer has come: coordinators may be reached again. */
  public void wake() {
    List.copyOf(lanes.values()).forEach(Lane::wake);
  }

  /** How a transaction waits, if it does. */
  public Optional<Fate> waiting(final Hash transaction) {
    return Optional.ofNullable(items.get(transaction))
        .map(
            item ->
                new Pending(
                    item.taken.since(),
                    item.taken.since() + options.expiry().toNanos(),
                    item.tries,
                    problem(item)));
  }

  /** What became of a transaction that left the pool without an entry, if that is remembered. */
  public Optional<Fate> ended(final Hash transaction) {
    return fates.of(transaction);
  }

  /** Whoever waits behind others waits for what they wait for. */
  private Optional<String> problem(final Item item) {
    return item.problem.or(() -> lane(item.transaction().context()).problem());
  }

  /** Tells a caller that has waited long enough. */
  private void tell(final Item item, final CompletableFuture<Answer> told) {
    if (item.written.isPresent()) {
      told.complete(item.written.get());
      return;
    }
    final CompletableFuture<Item> _ =
        item.stored.thenApply(
            _ -> {
              final boolean isFirst = !item.told;
              item.told = true;
              told.completeExceptionally(Wording.pending(item, problem(item)).toException());
              if (isFirst) {
                news.waits(item, problem(item));
              }
              return item;
            });
  }

  private void sweepLater() {
    if (!isSweeping && !items.isEmpty() && !isStopped) {
      isSweeping = true;
      final long nanos =
          Math.clamp(
              options.expiry().toNanos() / 8,
              Duration.ofMillis(10).toNanos(),
              LONGEST_SWEEP.toNanos());
      outside.after(Duration.ofNanos(nanos), this::sweep);
    }
  }

  private void sweep() {
    isSweeping = false;
    if (isStopped) {
      return;
    }
    final long now = outside.now();
    for (final Item item : List.copyOf(items.values())) {
      final long since = item.taken.since();
      if (item.stored.isDone() && now - since >= options.expiry().toNanos()) {
        ends.giveUp(item, Wording.tooOld(item));
      } else if (item.stage == Stage.ORDERED && now - item.orderedAt >= ENTRY_OVERDUE.toNanos()) {
        lane(item.transaction().context()).again(item);
      }
    }
    lanes.values().removeIf(Lane::isIdle);
    sweepLater();
  }

  private List<PendingRecord> all() {
    final List<PendingRecord> all = new ArrayList<>(fates.all());
    items.values().forEach(item -> all.add(item.taken));
    return all;
  }

  /** Hands nothing over any more; callers that wait are told that they will have to ask again. */
  public void stop() {
    isStopped = true;
    lanes.values().forEach(Lane::hold);
    patience.end();
  }

  /** Closes the file, which blocks. */
  public void close() {
    ledger.close();
  }

  private static CompletableFuture<Answer> failed(final Problem problem) {
    return CompletableFuture.failedFuture(problem.toException());
  }
}
