// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.GuestFailure;
import io.calimero.node.events.messages.ExecutionMessages.NoEffect;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.execution.SnapshotOptions;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.state.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random runs of three contexts over one core against a model: batches executed ahead of the disk,
 * appends that fail, notices that get lost, snapshots, closing and loading, restarts, and threads
 * that take turns as the seed says.
 */
class InterleavingTest {
  private static final SnapshotOptions EAGER =
      new SnapshotOptions(6, 6, 1 << 20, 0.1, 1 << 20, 3, Duration.ofNanos(1));

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whateverTheInterleavingTheLogDecides(final long seed) {
    for (long i = 0; i < 10; i++) {
      new Run(seed * 1000 + i, new FakeStore()).play(400);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104})
  void andSoItIsWithSnapshotsOnDisk(final long seed) {
    new Run(seed, StateStore.open(directory, Access.READ_WRITE)).play(300);
  }

  private static final class Run {
    private final long seed;
    private final Random random;
    private final Scheduler scheduler;
    private final StateStore store;
    private final FakeNode node = new FakeNode();
    private final List<Sequencer> sequencers = new ArrayList<>();
    private ExecutionCore core;
    private long nanos;

    Run(final long seed, final StateStore store) {
      this.seed = seed;
      this.store = store;
      random = new Random(seed);
      scheduler = new Scheduler(random);
      core = start();
      final BlobId module = node.install(Bytes.utf8("app"));
      for (final String name : List.of("a", "b", "c")) {
        sequencers.add(new Sequencer(new FakeContext(name + seed, module)));
      }
    }

    private ExecutionCore start() {
      return new ExecutionCore(
          Cores.options(Path.of("unused"), 1, EAGER),
          new FakeEngine(),
          store,
          scheduler.slow(node),
          scheduler.pools(),
          () -> nanos++);
    }

    void play(final int moves) {
      try {
        for (int i = 0; i < moves; i++) {
          move();
        }
        scheduler.drain();
        sequencers.forEach(Sequencer::settle);
        scheduler.drain();
        sequencers.forEach(Sequencer::check);
      } catch (final AssertionError | RuntimeException e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }

    private void move() {
      final Sequencer sequencer = sequencers.get(random.nextInt(sequencers.size()));
      switch (random.nextInt(24)) {
        case 0, 1, 2 -> sequencer.execute();
        case 3, 4 -> sequencer.force();
        case 5 -> sequencer.fail();
        case 6, 7 -> sequencer.query();
        case 8 -> sequencer.state();
        case 9 -> sequencer.configure();
        case 10 -> restartSometimes();
        case 11 -> breakDiskSometimes();
        default -> scheduler.step();
      }
    }

    private void restartSometimes() {
      if (random.nextInt(5) == 0) {
        core = start();
        sequencers.forEach(Sequencer::restart);
      }
    }

    private void breakDiskSometimes() {
      if (store instanceof FakeStore fake) {
        fake.full(random.nextInt(3) == 0);
      }
    }

    /** A context's coordinator, much simplified. */
    private final class Sequencer {
      private final FakeContext context;
      private final Deque<List<Entry.Logged>> forcing = new ArrayDeque<>();
      private Head tip = Head.NONE;
      private boolean executing;
      private long heard;
      private int life;
      private @Nullable Throwable failed;

      Sequencer(final FakeContext context) {
        this.context = context;
      }

      void restart() {
        forcing.clear();
        tip = node.head(context.id());
        executing = false;
        heard = 0;
        life++;
      }

      void execute() {
        if (executing || forcing.size() > 3) {
          return;
        }
        executing = true;
        if (tip.equals(Head.NONE)) {
          reply(core.initialize(context.initialize("x")), List.of());
          return;
        }
        final List<Transaction.Signed> transactions = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          transactions.add(transaction());
        }
        reply(core.execute(context.execute(tip, transactions)), transactions);
      }

      private Transaction.Signed transaction() {
        final String key = "k" + random.nextInt(4);
        return switch (random.nextInt(5)) {
          case 0 -> context.transaction("set", key + " " + random.nextInt(100));
          case 1 -> context.transaction("set", key + " -");
          case 2 -> context.transaction("get", key);
          case 3 -> context.transaction("fail", "");
          default -> context.transaction("count", key);
        };
      }

      private void reply(
          final CompletableFuture<Executed> executed, final List<Transaction.Signed> asked) {
        final int asking = life;
        final Head base = tip;
        final CompletableFuture<Executed> _ =
            executed.whenComplete(
                (reply, failure) -> {
                  if (asking != life) {
                    return;
                  }
                  executing = false;
                  if (!tip.equals(base)) {
                    return;
                  }
                  try {
                    check(failure == null, "an execution failed: " + failure);
                    if (failure == null) {
                      accept(reply.results(), asked);
                    }
                  } catch (final AssertionError e) {
                    failed = e;
                  }
                });
      }

      private void accept(final List<Result> results, final List<Transaction.Signed> asked) {
        final List<Entry.Logged> entries = new ArrayList<>();
        if (tip.equals(Head.NONE)) {
          entries.add(context.genesis());
          entries.add(context.signed((Effect) results.getFirst()));
        } else {
          assertThat(results).hasSameSizeAs(asked);
          final Map<String, String> model = model(Long.MAX_VALUE);
          for (int i = 0; i < results.size(); i++) {
            final Transaction transaction = asked.get(i).transaction();
            expect(model, transaction, results.get(i));
            if (results.get(i) instanceof Effect effect) {
              entries.add(context.signed(effect));
            }
          }
        }
        if (!entries.isEmpty()) {
          assertThat(entries.getFirst().entry().prior()).isEqualTo(tip.hash());
          forcing.addLast(entries);
          tip = entries.getLast().signed().head();
        }
      }

      private void expect(
          final Map<String, String> model, final Transaction transaction, final Result result) {
        final String[] words = transaction.arguments().toUtf8().split(" ", 2);
        final Optional<String> known = Optional.ofNullable(model.get(words[0]));
        switch (transaction.method()) {
          case "get" ->
              assertThat(((NoEffect) result).outcome().returned().map(Bytes::toUtf8))
                  .isEqualTo(known);
          case "fail" -> assertThat(result).isInstanceOf(GuestFailure.class);
          case "set" -> put(model, words[0], words[1]);
          default -> {
            final String next = Long.toString(1 + known.map(Long::parseLong).orElse(0L));
            assertThat(((Effect) result).outcome().returned().map(Bytes::toUtf8)).contains(next);
            put(model, words[0], next);
          }
        }
      }

      /** The state behind a position: of the log, and beyond it of what is being forced. */
      private Map<String, String> model(final long position) {
        final Map<String, String> model = new HashMap<>();
        final List<Entry.Logged> all = new ArrayList<>(node.log(context.id()));
        forcing.forEach(all::addAll);
        for (final Entry.Logged entry : all) {
          if (entry.entry().position() <= position && entry.outcome().isPresent()) {
            for (final Write write : entry.outcome().get().writes().writes()) {
              put(model, write.key().toUtf8(), write.value().map(Bytes::toUtf8).orElse("-"));
            }
          }
        }
        return model;
      }

      private static void put(
          final Map<String, String> model, final String key, final String value) {
        if (value.equals("-")) {
          model.remove(key);
        } else {
          model.put(key, value);
        }
      }

      void force() {
        if (forcing.isEmpty()) {
          return;
        }
        final Committed notice = node.append(context.id(), forcing.removeFirst());
        if (random.nextInt(8) > 0) {
          core.committed(notice);
          heard = notice.head().position();
        }
      }

      void fail() {
        if (random.nextInt(3) == 0) {
          forcing.clear();
          tip = node.head(context.id());
        }
      }

      void configure() {
        if (forcing.isEmpty() && !executing && !tip.equals(Head.NONE)) {
          final KeyPair member = KeyPair.ofSecret(FakeContext.hash("m" + random.nextInt()));
          final Entry.Logged entry =
              context.configured(tip, new ConfigurationEvent.MemberAdded(member.publicKey()));
          forcing.addLast(List.of(entry));
          force();
          tip = node.head(context.id());
        }
      }

      void query() {
        final String key = "k" + random.nextInt(4);
        final long least = heard;
        final boolean exists = node.head(context.id()).position() > 0;
        final CompletableFuture<Answer> _ =
            core.query(Cores.query(context, "get", key))
                .whenComplete(
                    (answer, failure) -> {
                      if (failure != null) {
                        check(!exists, "a query failed: " + failure);
                        return;
                      }
                      final Read read = (Read) answer;
                      check(read.position() >= least, "an old position was read");
                      check(
                          Optional.ofNullable(model(read.position()).get(key))
                              .equals(read.outcome().returned().map(Bytes::toUtf8)),
                          "another value was read");
                    });
      }

      void state() {
        final boolean exists = node.head(context.id()).position() > 0;
        final CompletableFuture<State> _ =
            core.state(new GetState(context.id()))
                .whenComplete(
                    (state, failure) ->
                        check(
                            failure == null ? rightRoot(state) : !exists,
                            "another state root, or " + failure));
      }

      private boolean rightRoot(final State state) {
        return Cores.rootByLog(node.log(context.id()).subList(0, (int) state.head().position()))
            .equals(state.root());
      }

      private void check(final boolean holds, final String otherwise) {
        if (!holds && failed == null) {
          failed = new AssertionError(otherwise);
        }
      }

      void settle() {
        while (!forcing.isEmpty()) {
          core.committed(node.append(context.id(), forcing.removeFirst()));
        }
        final List<Entry.Logged> log = node.log(context.id());
        if (!log.isEmpty()) {
          // the notice before this may be one that was lost
          core.committed(new Committed(context.id(), List.of(log.getLast())));
        }
      }

      void check() {
        assertThat(failed).isNull();
        final List<Entry.Logged> log = node.log(context.id());
        for (final TransactionExecuted notice : node.notices()) {
          if (notice.context().equals(context.id())) {
            assertThat(notice.stateRoot())
                .isEqualTo(Cores.rootByLog(log.subList(0, (int) notice.position())));
          }
        }
        if (log.isEmpty()) {
          return;
        }
        final CompletableFuture<State> state = core.state(new GetState(context.id()));
        scheduler.drain();
        assertThat(state.join().head()).isEqualTo(node.head(context.id()));
        assertThat(rightRoot(state.join())).isTrue();
      }
    }
  }
}
