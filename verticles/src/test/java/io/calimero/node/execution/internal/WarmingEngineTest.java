// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.execution.internal.Rehearsal.Terms;
import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineMode;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.GuestThreads;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.Surroundings;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WarmingEngineTest {
  private static final Terms SHORT = new Terms(8, 100_000, Duration.ofMinutes(1));

  /** The beginning of a module with a memory and an {@code init}. */
  private static final String HEAD =
      "0061736d01000000010401600000030201000503010001071102066d656d6f7279020004696e69740000";

  private static final String LOOP = "03400c000b";
  private static final String TRAP = "0001010101";
  private static final String START = "080100";

  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private void later(final Duration delay, final Runnable task) {
    assertThat(delay).isPositive();
    tasks.add(task);
  }

  private int runAll() {
    int turns = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      turns++;
    }
    return turns;
  }

  private static Bytes hostile(final String start, final String body) {
    return Bytes.wrap(HexFormat.of().parseHex(HEAD + start + "0a09010700" + body + "0b"));
  }

  private static Bytes kvStore() throws IOException {
    return Bytes.wrap(
        Files.readAllBytes(
            Path.of(System.getProperty("root.dir", "."), "apps", "kv-store", "kv-store.wasm")));
  }

  private static Call call(final String method, final String input) {
    return new Call(
        new ContextId(Hash.sha256(new byte[] {1})),
        new PublicKey(Hash.sha256(new byte[] {2})),
        method,
        Bytes.utf8(input),
        7,
        Hash.sha256(new byte[] {3}),
        Limits.DEFAULT,
        Access.MUTATE,
        Duration.ofMinutes(1));
  }

  /** A module of the test: what it is asked to run, and what it answers. */
  private static final class Asked implements WasmModule {
    private final String name;
    private final Function<Call, CallResult> answer;
    private final List<Call> calls = new ArrayList<>();
    private final List<Optional<Bytes>> found = new ArrayList<>();

    Asked(final String name, final Function<Call, CallResult> answer) {
      this.name = name;
      this.answer = answer;
    }

    @Override
    public Hash id() {
      return Hash.sha256(Bytes.utf8(name).toByteArray());
    }

    @Override
    public Set<String> methods() {
      return new TreeSet<>(List.of("__calimero_own", "get", "init", "migrate", "set"));
    }

    @Override
    public AbiGeneration generation() {
      return AbiGeneration.NONE;
    }

    @Override
    public CallResult call(final Call call, final StateReader state) {
      calls.add(call);
      found.add(state.get(Bytes.utf8(call.method())));
      return answer.apply(call);
    }
  }

  private record Modules(Function<Bytes, WasmModule> loader) implements WasmEngine {
    @Override
    public EngineMode mode() {
      return new EngineMode(false, "fake", Optional.empty());
    }

    @Override
    public WasmModule load(final Bytes module) {
      return loader.apply(module);
    }

    @Override
    public void close() {}
  }

  /** Each call writes a row of its own name. */
  private static CallResult writing(final Call call) {
    return new CallResult.Completed(
        new Outcome(
            Optional.empty(),
            List.of(),
            List.of(),
            new WriteSet(
                List.of(
                    new WriteSet.Write(
                        Bytes.utf8(call.method()), Optional.of(Bytes.utf8("written"))))),
            0));
  }

  @Test
  void whoLoadsAModuleWaitsForNothingAndEachIsRunOnce() throws Exception {
    final Asked one = new Asked("one", WarmingEngineTest::writing);
    final WasmEngine engine = new WarmingEngine(new Modules(_ -> one), this::later, SHORT);
    for (int i = 0; i < 3; i++) {
      assertThat(engine.load(Bytes.EMPTY)).isSameAs(one);
    }
    assertThat(one.calls).isEmpty();
    assertThat(tasks).hasSize(1);
    runAll();
    final int calls = one.calls.size();
    assertThat(calls).isEqualTo(8);
    assertThat(engine.load(Bytes.EMPTY)).isSameAs(one);
    assertThat(runAll()).isZero();
    assertThat(one.calls).hasSize(calls);
  }

  @Test
  void whatIsRunFindsNothingOfTheNodeAndLeavesNothing() throws Exception {
    final Asked one = new Asked("one", WarmingEngineTest::writing);
    final WasmModule _ =
        new WarmingEngine(new Modules(_ -> one), this::later, SHORT).load(Bytes.EMPTY);
    runAll();
    assertThat(one.calls)
        .extracting(Call::method)
        .contains("init", "get", "set")
        .doesNotContain("migrate", "__calimero_own");
    assertThat(one.calls)
        .allSatisfy(
            call -> {
              assertThat(call.surroundings()).isEqualTo(Surroundings.NONE);
              assertThat(call.context()).isEqualTo(new ContextId(Hash.ZERO));
              assertThat(call.limits().gas()).isEqualTo(100_000);
            });
    // not even the calls that follow see what a call but init has written
    assertThat(one.found).containsOnly(Optional.empty());
  }

  @Test
  void aModuleThatDoesNotEndInTimeIsLeftAndTheNextGetsItsTurn() throws Exception {
    final Asked slow = new Asked("slow", call -> new CallResult.TimedOut(call.deadline()));
    final Asked bad =
        new Asked(
            "bad",
            _ -> {
              throw new IllegalArgumentException("a defect");
            });
    final Asked good = new Asked("good", WarmingEngineTest::writing);
    final WasmEngine engine =
        new WarmingEngine(
            new Modules(bytes -> List.of(slow, bad, good).get(bytes.length())), this::later, SHORT);
    for (int i = 0; i < 3; i++) {
      assertThat(engine.load(Bytes.wrap(new byte[i]))).isNotNull();
    }
    runAll();
    assertThat(slow.calls).hasSize(1);
    assertThat(bad.calls).hasSize(1);
    assertThat(good.calls).hasSize(8);
  }

  @Test
  void afterClosingNothingIsRun() throws Exception {
    final Asked one = new Asked("one", WarmingEngineTest::writing);
    final WasmEngine engine = new WarmingEngine(new Modules(_ -> one), this::later, SHORT);
    assertThat(engine.load(Bytes.EMPTY)).isSameAs(one);
    engine.close();
    runAll();
    assertThat(one.calls).isEmpty();
    assertThat(engine.load(Bytes.EMPTY)).isSameAs(one);
    assertThat(tasks).isEmpty();
  }

  @Test
  void outcomesAreTheSameAsWithoutIt() throws Exception {
    try (WasmEngine engine =
        new WarmingEngine(WasmEngine.create(EngineOptions.defaults()), this::later, SHORT)) {
      final WasmModule module = engine.load(kvStore());
      final CallResult before = module.call(call("init", "{}"), StateReader.EMPTY);
      assertThat(before).isInstanceOf(CallResult.Completed.class);
      assertThat(runAll()).isPositive();
      assertThat(module.call(call("init", "{}"), StateReader.EMPTY)).isEqualTo(before);
    }
  }

  @Test
  void modulesThatMeanHarmDoNone() throws Exception {
    try (WasmEngine engine =
        new WarmingEngine(WasmEngine.create(EngineOptions.defaults()), this::later, SHORT)) {
      final WasmModule good = engine.load(kvStore());
      final CallResult before = good.call(call("init", "{}"), StateReader.EMPTY);
      for (final String start : List.of("", START)) {
        for (final String body : List.of(LOOP, TRAP)) {
          assertThat(engine.load(hostile(start, body)).methods()).containsExactly("init");
        }
      }
      assertThat(runAll()).isGreaterThan(4);
      assertThat(good.call(call("init", "{}"), StateReader.EMPTY)).isEqualTo(before);
    }
  }

  @Test
  void closingEndsWhatRuns() throws Exception {
    final CountDownLatch runs = new CountDownLatch(1);
    final WasmEngine engine =
        new WarmingEngine(
            WasmEngine.create(EngineOptions.defaults()),
            this::later,
            new Terms(8, Long.MAX_VALUE, Duration.ofHours(1)));
    assertThat(engine.load(hostile("", LOOP)).methods()).containsExactly("init");
    final Thread worker =
        GuestThreads.factory("warm")
            .newThread(
                () -> {
                  runs.countDown();
                  runAll();
                });
    worker.start();
    runs.await();
    engine.close();
    worker.join();
    assertThat(tasks).isEmpty();
  }
}
