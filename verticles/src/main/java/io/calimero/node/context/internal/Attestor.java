// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Makes calls that may use what only this node has. Each is run here first; if it used nothing of
 * that, everybody may run it and it goes the way of every call. Else what it did is signed and
 * ordered in its place, and run again if what it rests on changes before. One at a time for each
 * executor of a context, as each rests on the private storage that the one before it left. On the
 * loop.
 */
final class Attestor {
  /** How often a call is run until it is ordered. */
  private static final int ATTEMPTS = 16;

  /** How many calls of one executor in one context may wait. */
  private static final int WAITING = 1024;

  /** How long to wait for the entry that a run did not know of, while others wait for this. */
  private static final long PATIENCE_NANOS = 15_000_000_000L;

  private final Execution execution;
  private final Async async;
  private final LongSupplier clock;
  private final Contexts.UniqueIds uniqueIds;
  private final Map<Turn, Line> lines = new HashMap<>();
  private final Remakings remakings = new Remakings();

  Attestor(
      final Execution execution,
      final Async async,
      final LongSupplier clock,
      final Contexts.UniqueIds uniqueIds) {
    this.execution = execution;
    this.async = async;
    this.clock = clock;
    this.uniqueIds = uniqueIds;
  }

  private record Turn(ContextId context, PublicKey executor) {}

  /** Those who wait for their turn, the first of whom has it. */
  private static final class Line {
    private final Deque<Making> makings = new ArrayDeque<>();
  }

  /** One call on its way. */
  private static final class Making {
    private final Hosted context;
    private final Transaction call;
    private final Function<Transaction, CompletableFuture<Answer>> ordering;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private int attempts;
    private long ranAt;
    private Optional<Long> waitingSince = Optional.empty();

    Making(
        final Hosted context,
        final Transaction call,
        final Function<Transaction, CompletableFuture<Answer>> ordering) {
      this.context = context;
      this.call = call;
      this.ordering = ordering;
    }
  }

  /** Whether calls of this module may be for this node alone to run. */
  static boolean concerns(final ModuleDescription module, final Limits limits) {
    return limits.attestable()
        && (module.authored() || (module.asks() && !limits.origins().isEmpty()));
  }

  /**
   * Makes a call.
   *
   * @param call as everybody would run it
   * @param ordering has a transaction signed and ordered
   */
  CompletableFuture<Answer> make(
      final Hosted context,
      final Transaction call,
      final Function<Transaction, CompletableFuture<Answer>> ordering) {
    final Turn turn = new Turn(call.context(), call.executor());
    final Line line = lines.computeIfAbsent(turn, _ -> new Line());
    giveUpWaiting(turn, line);
    if (line.makings.size() >= WAITING) {
      return Async.failed(
          Problem.of(
              Code.BUSY,
              line.makings.size() + " calls of this executor are waiting already: try again",
              call.context().hash()));
    }
    return begin(turn, line, new Making(context, call, ordering));
  }

  private CompletableFuture<Answer> begin(final Turn turn, final Line line, final Making making) {
    line.makings.addLast(making);
    if (line.makings.size() == 1) {
      run(turn, making);
    }
    return making.answer;
  }

  /**
   * A transaction was rejected whose caller was told that it is pending. If it was only too late
   * for what others have written meanwhile, and this node still knows what was called, that is made
   * again.
   *
   * @param otherwise is called when nothing comes of it
   * @return whether it is made again
   */
  boolean remake(final TransactionRejected rejected, final Runnable otherwise) {
    final Hash former = rejected.transaction();
    if (!rejected.code().equals(Optional.of(Code.STALE))) {
      remakings.forget(former);
      return false;
    }
    final Optional<Remakings.Call> found =
        remakings.begin(former).filter(call -> call.attempts() < ATTEMPTS);
    if (found.isEmpty()) {
      remakings.ended(former, Optional.empty());
      return false;
    }
    final Remakings.Call call = found.get();
    final Making making = new Making(call.context(), call.call(), call.ordering());
    making.attempts = call.attempts();
    final Turn turn = new Turn(call.call().context(), call.call().executor());
    final CompletableFuture<Object> _ =
        begin(turn, lines.computeIfAbsent(turn, _ -> new Line()), making)
            .handle(
                (answer, failure) -> {
                  final Optional<Hash> successor =
                      failure == null ? ordered(answer) : waiting(Async.problem(failure));
                  remakings.ended(former, successor);
                  if (successor.isEmpty()) {
                    otherwise.run();
                  }
                  return former;
                });
    return true;
  }

  private static Optional<Hash> ordered(final Answer answer) {
    return answer instanceof final Written written
        ? Optional.of(written.transaction())
        : Optional.empty();
  }

  private static Optional<Hash> waiting(final Problem problem) {
    return problem.code() == Code.PENDING ? problem.subject() : Optional.empty();
  }

  /** Which transaction stands by now for one that was found stale, or the same. */
  Hash latest(final Hash transaction) {
    return remakings.latest(transaction);
  }

  /** How often the call of a transaction was run that is stale, but not given up. */
  Optional<Integer> remade(final Hash transaction) {
    return remakings.attempts(transaction);
  }

  /** Entries are on disk: their transactions are not pending any more. */
  void committed(final ContextId context, final List<Entry.Logged> entries) {
    for (final Entry.Logged logged : entries) {
      if (logged.signed().attestation().isPresent()
          && logged.entry().payload() instanceof final Entry.Executed executed) {
        remakings.forget(executed.transaction().hash());
      }
    }
    advanced(context);
  }

  /** Those who waited for entries of the context go on. */
  private void advanced(final ContextId context) {
    for (final Map.Entry<Turn, Line> each : List.copyOf(lines.entrySet())) {
      final Making first = each.getValue().makings.peekFirst();
      if (each.getKey().context.equals(context)
          && first != null
          && first.waitingSince.isPresent()) {
        first.waitingSince = Optional.empty();
        run(each.getKey(), first);
      }
    }
  }

  /** The context is gone: nobody waits any more. */
  void gone(final ContextId context) {
    final Problem problem = Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", context.hash());
    for (final Turn turn : List.copyOf(lines.keySet())) {
      if (turn.context.equals(context)) {
        final Line line = lines.remove(turn);
        final List<Making> waiting = line == null ? List.of() : List.copyOf(line.makings);
        waiting.forEach(making -> making.answer.completeExceptionally(problem.toException()));
      }
    }
  }

  /** There is no clock to wake anybody: who waits is given up when another wants his turn. */
  private void giveUpWaiting(final Turn turn, final Line line) {
    final Making first = line.makings.peekFirst();
    final boolean late =
        first != null
            && first
                .waitingSince
                .filter(since -> clock.getAsLong() - since > PATIENCE_NANOS)
                .isPresent();
    if (late) {
      fail(turn, first, stale(first));
    }
  }

  private void run(final Turn turn, final Making making) {
    making.attempts++;
    making.ranAt = making.context.head().position();
    final Transaction call = making.call;
    final Bytes uniqueId = making.attempts == 1 ? call.uniqueId() : uniqueIds.next();
    async.settled(
        execution.attest(
            new Attest(
                call.context(),
                call.executor(),
                call.method(),
                call.arguments(),
                uniqueId,
                call.expectedPrior(),
                call.origin(),
                seed(uniqueIds),
                clock.getAsLong())),
        (attempt, problem) -> {
          if (problem != null || attempt == null) {
            fail(turn, making, problem == null ? lost() : problem);
            return;
          }
          switch (attempt) {
            case Told told -> end(turn, making, told.answer());
            case Ordinary _ -> {
              // nothing of it is private: others need not wait until it is ordered
              pass(turn, making);
              follow(making.ordering.apply(call), making);
            }
            case Vouched vouched -> order(turn, making, vouched);
          }
        });
  }

  private void order(final Turn turn, final Making making, final Vouched vouched) {
    final Hash transaction = vouched.transaction().hash();
    async.settled(
        making.ordering.apply(vouched.transaction()),
        (answer, problem) -> {
          if (answer != null) {
            end(turn, making, told(answer, vouched));
          } else if (problem == null || problem.code() != Code.STALE) {
            if (problem != null && problem.code() == Code.PENDING) {
              remakings.await(
                  transaction,
                  new Remakings.Call(
                      making.context, making.call, making.ordering, making.attempts));
            }
            fail(turn, making, problem == null ? lost() : problem);
          } else if (making.attempts >= ATTEMPTS) {
            fail(turn, making, stale(making));
          } else if (making.context.head().position() > making.ranAt) {
            run(turn, making);
          } else {
            making.waitingSince = Optional.of(clock.getAsLong());
          }
        });
  }

  /** What the author is told has all that stayed here. */
  private static Answer told(final Answer answer, final Vouched vouched) {
    if (!(answer instanceof Written written)) {
      return answer;
    }
    final Outcome outcome = written.outcome();
    return new Written(
        written.position(),
        written.entryHash(),
        written.transaction(),
        new Outcome(
            vouched.returned(),
            vouched.logs(),
            outcome.events(),
            outcome.writes(),
            outcome.gas(),
            outcome.actions()));
  }

  private void end(final Turn turn, final Making making, final Answer answer) {
    pass(turn, making);
    making.answer.complete(answer);
  }

  private void fail(final Turn turn, final Making making, final Problem problem) {
    pass(turn, making);
    making.answer.completeExceptionally(problem.toException());
  }

  /** Gives the turn to the next. */
  private void pass(final Turn turn, final Making making) {
    final Line line = lines.get(turn);
    if (line == null || line.makings.peekFirst() != making) {
      return;
    }
    line.makings.removeFirst();
    final Making next = line.makings.peekFirst();
    if (next == null) {
      lines.remove(turn);
    } else {
      run(turn, next);
    }
  }

  private static void follow(final CompletableFuture<Answer> ordered, final Making making) {
    final CompletableFuture<Answer> _ =
        ordered.whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                making.answer.complete(answer);
              } else {
                making.answer.completeExceptionally(failure);
              }
            });
  }

  /** What nobody else can foretell. */
  static Hash seed(final Contexts.UniqueIds uniqueIds) {
    return Hash.sha256(
        new BorshWriter().bytes(uniqueIds.next()).bytes(uniqueIds.next()).toByteArray());
  }

  private static Problem stale(final Making making) {
    return Problem.of(
        Code.STALE,
        "what the call read was changed by others each time before it was ordered, "
            + making.attempts
            + " times: nothing was written, try again",
        making.call.context().hash());
  }

  private static Problem lost() {
    return Problem.of(Code.INTERNAL, "internal error: execution gave no usable result");
  }
}
