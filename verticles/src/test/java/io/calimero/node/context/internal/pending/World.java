// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.context.PendingOptions;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Everything outside of a pool, under the hands of a test: time, the disk, the coordinator, and the
 * log that comes from it. Nothing happens by itself.
 */
final class World implements Outside {
  static final ContextId CONTEXT = new ContextId(hash("context"));
  static final ContextId OTHER = new ContextId(hash("another context"));
  static final PendingOptions OPTIONS =
      new PendingOptions(
          100,
          150,
          1 << 20,
          1 << 20,
          4,
          Duration.ofSeconds(5),
          Duration.ofHours(24),
          Duration.ofMillis(100),
          Duration.ofSeconds(5));
  private static final KeyPair MEMBER = KeyPair.ofSecret(hash("a member"));
  private static final KeyPair ANOTHER = KeyPair.ofSecret(hash("another"));

  final MemoryRecords records = new MemoryRecords();
  final List<Object> notices = new ArrayList<>();
  final List<Asked> asked = new ArrayList<>();
  final Map<ContextId, List<Entry.Logged>> log = new HashMap<>();
  Optional<Problem> objection = Optional.empty();
  long head;
  long beginning = 1;
  boolean isLogReadable = true;
  PendingPool pool;

  private final PendingOptions options;
  private final Queue<Runnable> blocking = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private long now = 1_700_000_000_000_000_000L;
  private long order;
  private long unique;
  private int life;

  private record Timer(long due, long order, Runnable task) {}

  /** The pool has handed something over. */
  record Asked(
      Transaction.Signed transaction,
      Optional<Hash> after,
      long since,
      CompletableFuture<Answer> answer) {}

  World() {
    this(OPTIONS);
  }

  World(final PendingOptions options) {
    this.options = options;
    pool = new PendingPool(records, this, options, new Random(7));
    pool.start();
  }

  /** The process is gone, with all that was not on disk, and another one begins. */
  void crash() {
    life++;
    blocking.clear();
    timers.clear();
    asked.clear();
    pool = new PendingPool(records, this, options, new Random(7));
    pool.start();
    disk();
  }

  static Hash hash(final String text) {
    return Hash.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  Transaction.Signed call(final String method) {
    return call(CONTEXT, MEMBER, method);
  }

  Transaction.Signed callOfAnother(final String method) {
    return call(CONTEXT, ANOTHER, method);
  }

  Transaction.Signed callElsewhere(final String method) {
    return call(OTHER, MEMBER, method);
  }

  Transaction.Signed call(final Bytes arguments) {
    return call(CONTEXT, MEMBER, "large", arguments);
  }

  Transaction.Signed call(final ContextId context, final KeyPair member, final String method) {
    return call(context, member, method, Bytes.utf8("{}"));
  }

  private Transaction.Signed call(
      final ContextId context, final KeyPair member, final String method, final Bytes arguments) {
    return new Transaction(
            context,
            member.publicKey(),
            method,
            arguments,
            Bytes.wrap(
                Arrays.copyOf(hash(method + unique++).toByteArray(), Transaction.UNIQUE_ID_LENGTH)),
            Optional.empty())
        .sign(member);
  }

  /** Takes a transaction and lets the disk have it. */
  CompletableFuture<Answer> take(final Transaction.Signed transaction) {
    final CompletableFuture<Answer> answer = pool.take(transaction);
    disk();
    return answer;
  }

  /** The disk does all that waits for it. */
  void disk() {
    while (!blocking.isEmpty()) {
      blocking.remove().run();
    }
  }

  /** Time passes, and the timers go off, but the disk does nothing. */
  void skip(final Duration time) {
    final long end = now + time.toNanos();
    while (!timers.isEmpty() && timers.element().due <= end) {
      final Timer next = timers.remove();
      now = Math.max(now, next.due);
      next.task.run();
    }
    now = end;
  }

  void pass(final Duration time) {
    final long end = now + time.toNanos();
    disk();
    while (!timers.isEmpty() && timers.element().due <= end) {
      final Timer next = timers.remove();
      now = Math.max(now, next.due);
      next.task.run();
      disk();
    }
    now = end;
  }

  /** What is under way, the oldest first, as the names of the methods. */
  List<String> underWay() {
    return asked.stream().map(each -> each.transaction.transaction().method()).toList();
  }

  /** The oldest thing that is under way. */
  Asked next() {
    return asked.removeFirst();
  }

  void fail(final Asked request, final Code code) {
    request.answer.completeExceptionally(Problem.of(code, "as the test says").toException());
    disk();
  }

  /** The coordinator orders it, unless it has already, and answers. */
  Written order(final Asked request) {
    final Written written = place(request.transaction);
    request.answer.complete(written);
    disk();
    return written;
  }

  /** The coordinator puts it into the log, once; nobody is told. */
  Written place(final Transaction.Signed transaction) {
    final List<Entry.Logged> entries =
        log.computeIfAbsent(transaction.transaction().context(), _ -> new ArrayList<>());
    for (final Entry.Logged entry : entries) {
      if (written(entry).transaction().equals(transaction.hash())) {
        return written(entry);
      }
    }
    final Outcome outcome = new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 1);
    final Entry entry =
        Entry.after(
            transaction.transaction().context(),
            entries.isEmpty() ? Head.NONE : entries.getLast().signed().head(),
            now,
            1,
            new Entry.Executed(transaction, outcome.digest()));
    entries.add(
        new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), MEMBER), Optional.of(outcome)));
    return written(entries.getLast());
  }

  private static Written written(final Entry.Logged entry) {
    final Entry.Executed executed = (Entry.Executed) entry.entry().payload();
    return new Written(
        entry.entry().position(),
        entry.signed().hash(),
        executed.transaction().hash(),
        entry.outcome().orElseThrow());
  }

  /** All of the log is on this node's disk. */
  void arrive() {
    log.forEach((context, entries) -> pool.committed(context, entries));
    disk();
  }

  Problem problem(final CompletableFuture<?> future) {
    try {
      future.getNow(null);
    } catch (final CompletionException e) {
      return problem(e);
    }
    throw new AssertionError("it has not failed");
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public void after(final Duration delay, final Runnable task) {
    final int born = life;
    timers.add(
        new Timer(
            now + delay.toNanos(),
            order++,
            () -> {
              if (life == born) {
                task.run();
              }
            }));
  }

  @Override
  public <T> CompletableFuture<T> blocking(final Supplier<T> work) {
    final CompletableFuture<T> done = new CompletableFuture<>();
    blocking.add(
        () -> {
          try {
            done.complete(work.get());
          } catch (final RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  @Override
  public Problem problem(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          problem(wrapped.getCause());
      case NodeException known -> known.problem();
      default -> Problem.of(Code.STORAGE_FULL, String.valueOf(failure.getMessage()));
    };
  }

  @Override
  public CompletableFuture<Answer> submit(
      final Transaction.Signed transaction, final Optional<Hash> after, final long since) {
    final Asked request = new Asked(transaction, after, since, new CompletableFuture<>());
    asked.add(request);
    return request.answer;
  }

  @Override
  public Optional<Problem> objection(final Transaction transaction) {
    return objection;
  }

  @Override
  public long head(final ContextId context) {
    return head;
  }

  @Override
  public long beginning(final ContextId context) {
    return beginning;
  }

  @Override
  public CompletableFuture<Map<Hash, Written>> logged(
      final ContextId context, final long after, final Set<Hash> transactions) {
    if (!isLogReadable) {
      return CompletableFuture.failedFuture(
          Problem.of(Code.CONTEXT_DAMAGED, "as the test says").toException());
    }
    final Map<Hash, Written> found = new HashMap<>();
    for (final Entry.Logged entry : log.getOrDefault(context, List.of())) {
      final Written written = written(entry);
      if (written.position() > after && transactions.contains(written.transaction())) {
        found.put(written.transaction(), written);
      }
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public void pending(final TransactionPending notice) {
    notices.add(notice);
  }

  @Override
  public void rejected(final TransactionRejected notice) {
    notices.add(notice);
  }

  @Override
  public void expired(final TransactionExpired notice) {
    notices.add(notice);
  }
}
