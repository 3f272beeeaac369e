// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.problem;
import static io.calimero.node.execution.internal.Cores.query;
import static io.calimero.node.execution.internal.Cores.results;
import static io.calimero.node.execution.internal.Cores.returned;
import static io.calimero.node.execution.internal.Cores.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.internal.FakeEngine.Gate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the pools of a node, four threads each: who waits for whom, and who does not. */
@Timeout(120)
class SlownessTest {
  private final ExecutionOptions options = Cores.options(Path.of("unused"), 100, NO_SNAPSHOTS);
  private final FakeEngine engine = new FakeEngine();
  private final FakeNode node = new FakeNode();
  private final BlobId module = node.install(Bytes.utf8("app"));
  private final FakeContext context = new FakeContext("slow", module);
  private final FakeContext other = new FakeContext("quick", module);
  private final ThreadPools pools = new ThreadPools(options);
  private final ExecutionCore core =
      new ExecutionCore(options, engine, new FakeStore(), node, pools.pools(), System::nanoTime);
  private Head head;

  @BeforeEach
  void twoContexts() {
    head = Cores.create(core, node, context);
    Cores.create(core, node, other);
  }

  @AfterEach
  void close() {
    pools.close();
  }

  @Test
  void aSlowWriteDelaysNeitherQueriesNorOtherContexts() throws InterruptedException {
    final Gate gate = engine.gate("slow", 1);
    final CompletableFuture<Executed> slow =
        core.execute(context.execute(head, context.transaction("slow", "")));
    gate.entered().await();

    assertThat(core.query(query(context, "get", "slow")).join())
        .isInstanceOfSatisfying(Read.class, read -> assertThat(read.position()).isEqualTo(1));
    write(core, node, other, other.transaction("set", "a 1"));
    assertThat(returned(core.query(query(other, "get", "a")).join())).contains("1");
    assertThat(slow).isNotDone();

    gate.open().countDown();
    core.committed(Cores.append(node, context, results(slow)));
    assertThat(returned(core.query(query(context, "get", "slow")).join())).contains("passed");
  }

  @Test
  void slowQueriesOnEveryThreadDelayNoWrite() throws InterruptedException {
    final Gate gate = engine.gate("slow", options.readers());
    final List<CompletableFuture<Answer>> queries = new ArrayList<>();
    for (int i = 0; i < options.readers() + 4; i++) {
      queries.add(core.query(query(i % 2 == 0 ? context : other, "slow", "")));
    }
    gate.entered().await();

    write(core, node, context, context.transaction("set", "a 1"));
    write(core, node, other, other.transaction("set", "a 1"));

    assertThat(queries).noneMatch(CompletableFuture::isDone);
    gate.open().countDown();
    assertThat(queries).allMatch(it -> it.join().equals(new WouldWrite()));
  }

  @Test
  void slowQueriesOfOneContextLeaveThreadsForOthers() throws InterruptedException {
    final Gate gate = engine.gate("slow", options.readersPerContext());
    final List<CompletableFuture<Answer>> queries = new ArrayList<>();
    for (int i = 0; i < options.readers() + 4; i++) {
      queries.add(core.query(query(context, "slow", "")));
    }
    gate.entered().await();

    assertThat(core.query(query(other, "noop", "")).join()).isInstanceOf(Read.class);

    assertThat(queries).noneMatch(CompletableFuture::isDone);
    gate.open().countDown();
    assertThat(queries).allMatch(it -> it.join().equals(new WouldWrite()));
  }

  @Test
  void oneBatchOfAContextRunsAtATime() throws InterruptedException {
    final Gate gate = engine.gate("slow", 1);
    final CompletableFuture<Executed> first =
        core.execute(context.execute(head, context.transaction("slow", "")));
    gate.entered().await();
    final CompletableFuture<Executed> second =
        core.execute(context.execute(head, context.transaction("count", "n")));
    assertThat(second).isNotDone();
    gate.open().countDown();
    assertThat(results(first)).first().isInstanceOf(Effect.class);
    assertThat(results(second)).first().isInstanceOf(Effect.class);
    // the second began at the same head, so the first will not be appended
    core.committed(Cores.append(node, context, results(second)));
    assertThat(returned(core.query(query(context, "get", "slow")).join())).isEmpty();
    assertThat(returned(core.query(query(context, "get", "n")).join())).contains("1");
  }

  @Test
  void aWriteThatTheLogOvertakesIsNotRun() throws InterruptedException {
    final Gate gate = engine.gate("slow", 1);
    final CompletableFuture<Executed> slow =
        core.execute(
            context.execute(
                head, context.transaction("slow", ""), context.transaction("count", "n")));
    gate.entered().await();
    final KeyPair guest = KeyPair.ofSecret(FakeContext.hash("a guest"));
    core.committed(
        node.append(
            context.id(),
            List.of(
                context.configured(head, new ConfigurationEvent.MemberAdded(guest.publicKey())))));
    gate.open().countDown();
    assertThat(results(slow))
        .allSatisfy(
            it -> assertThat(((NotRun) it).problem().code()).isEqualTo(Code.PRIOR_MISMATCH));
    write(core, node, context, context.transaction("count", "n"));
    assertThat(returned(core.query(query(context, "get", "n")).join())).contains("1");
    assertThat(returned(core.query(query(context, "get", "slow")).join())).isEmpty();
  }

  @Test
  void aQueryThatHadToWaitReadsWhatIsThereWhenItRuns() throws InterruptedException {
    final Gate gate = engine.gate("slow", options.readersPerContext());
    for (int i = 0; i < options.readersPerContext(); i++) {
      final CompletableFuture<Answer> _ = core.query(query(context, "slow", ""));
    }
    gate.entered().await();
    final CompletableFuture<Answer> waiting = core.query(query(context, "get", "n"));
    write(core, node, context, context.transaction("count", "n"));
    gate.open().countDown();
    assertThat(returned(waiting.join())).contains("1");
  }

  @Test
  void whatIsTooMuchIsRefusedAndGoesOnLater() throws InterruptedException {
    final Gate gate = engine.gate("slow", options.readersPerContext());
    final List<CompletableFuture<Answer>> queries = new ArrayList<>();
    for (int i = 0; i < options.readersPerContext(); i++) {
      queries.add(core.query(query(context, "slow", "")));
    }
    gate.entered().await();
    for (int i = 0; i < options.queued(); i++) {
      queries.add(core.query(query(context, "slow", "")));
    }
    assertThat(problem(core.query(query(context, "slow", ""))).code()).isEqualTo(Code.BUSY);
    gate.open().countDown();
    assertThat(queries).allMatch(it -> it.join().equals(new WouldWrite()));
    assertThat(core.query(query(context, "noop", "")).join()).isInstanceOf(Read.class);
  }

  @Test
  void howeverManyContextsAreLoadedAtOnceTheLogIsAskedForFewPagesAtATime() {
    final List<FakeContext> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      final FakeContext one = new FakeContext("many " + i, module);
      node.append(one.id(), List.of(one.genesis()));
      many.add(one);
    }
    final AtomicInteger asking = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final Neighbours counting =
        new Neighbours() {
          @Override
          public CompletableFuture<LogPart> readLog(final ReadLog request) {
            most.accumulateAndGet(asking.incrementAndGet(), Math::max);
            return Futures.on(pools.pools().snapshots(), () -> node.readLog(request).join())
                .whenComplete((_, _) -> asking.decrementAndGet());
          }

          @Override
          public CompletableFuture<Bytes> readModule(final BlobId blob) {
            return node.readModule(blob);
          }

          @Override
          public void announce(final TransactionExecuted notice) {
            node.announce(notice);
          }
        };
    final ExecutionCore fresh =
        new ExecutionCore(
            options, engine, new FakeStore(), counting, pools.pools(), System::nanoTime);
    final List<CompletableFuture<State>> states =
        many.stream().map(one -> fresh.state(new GetState(one.id()))).toList();
    assertThat(states).allMatch(state -> state.join().head().position() == 1);
    assertThat(most.get()).isLessThanOrEqualTo(32);
  }

  @Test
  void severalWhoTouchAContextFirstShareOneLoading() {
    for (int i = 0; i < 20; i++) {
      write(core, node, context, context.transaction("count", "n"));
    }
    final ExecutionCore fresh =
        new ExecutionCore(options, engine, new FakeStore(), node, pools.pools(), System::nanoTime);
    node.reads().clear();
    final List<CompletableFuture<Answer>> queries = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      queries.add(fresh.query(query(context, "get", "n")));
    }
    assertThat(queries).allMatch(it -> returned(it.join()).orElseThrow().equals("20"));
    assertThat(node.reads().stream().filter(read -> read.from() == 1)).hasSize(1);
  }
}
