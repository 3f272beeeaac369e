// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.WriteSet;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many calls: after one another, and at once. */
class ManyCallsTest extends EngineFixture {
  /** Ten thousand, or a million in the nightly profile. */
  private static final int CALLS = Integer.getInteger("many.calls", 10_000);

  @Test
  void memoryStaysFlatOverManyCalls() throws Exception {
    final WasmModule module = guest("kv");
    // Warm first, so that what is compiled and cached once does not count
    calls(module, 2_000);
    final long before = usedHeap();
    calls(module, CALLS);
    // One instance is more than a megabyte: had a hundredth of them been kept, this would show
    assertThat(usedHeap() - before).isLessThan(32L << 20);
  }

  private static void calls(final WasmModule module, final int count) {
    for (int i = 0; i < count; i++) {
      completed(module.call(Guests.call("set", Bytes.utf8("somekey!somevalu")), StateReader.EMPTY));
    }
  }

  private static long usedHeap() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void callsOfOneModuleRunInParallelWithoutSeeingOneAnother() throws Exception {
    final WasmModule module = guest("kv");
    try (ExecutorService threads = Executors.newFixedThreadPool(6, GuestThreads.factory("test"))) {
      final List<Future<Integer>> results = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        final String name = "thread-" + thread;
        results.add(threads.submit(() -> setsAndGets(module, name)));
      }
      for (final Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(300);
      }
    }
  }

  private static int setsAndGets(final WasmModule module, final String key) {
    final Map<Bytes, Bytes> state = new ConcurrentHashMap<>();
    int right = 0;
    for (int i = 0; i < 300; i++) {
      final String value = String.valueOf(10_000_000 + i);
      final CallResult set =
          module.call(Guests.call("set", Bytes.utf8(key + value)), reader(state));
      for (final WriteSet.Write write : completed(set).writes().writes()) {
        state.put(write.key(), write.value().orElseThrow());
      }
      final CallResult get = module.call(Guests.call("get", Bytes.utf8(key)), reader(state));
      if (completed(get).returned().equals(Optional.of(Bytes.utf8(value)))) {
        right++;
      }
    }
    return right;
  }

  private static StateReader reader(final Map<Bytes, Bytes> state) {
    return key -> Optional.ofNullable(state.get(key));
  }

  @Test
  void theSameCallHasTheSameOutcomeColdAndWarmAndInAnotherEngine() throws Exception {
    final Script script = new Script(AbiGeneration.REF);
    final Script.Range random = script.room(100);
    script
        .call("random_bytes", random)
        .call("storage_write", random, random, 1)
        .call("time_now", new Script.Range(random.address(), 8))
        .call("emit", script.text("Done"), random)
        .call("value_return", 0, random);
    final Hash cold = completed(run(script)).digest();
    for (int i = 0; i < 1_000; i++) {
      assertThat(completed(run(script)).digest()).isEqualTo(cold);
    }
    try (WasmEngine other = WasmEngine.create(EngineOptions.defaults())) {
      final CallResult result =
          other
              .load(Guests.bytes("script-ref"))
              .call(Guests.call("run", script.toInput()), StateReader.EMPTY);
      assertThat(completed(result).digest()).isEqualTo(cold);
    }
  }

  /** A call takes 256 bytes of 512 KiB, and since there are schedules 8 for each operand. */
  @ParameterizedTest
  @CsvSource({"0, 2047", "1, 1871"})
  void theDepthOfCallsIsTheSameColdAndWarm(final int schedule, final int depth) throws Exception {
    final WasmModule module = guest("depth");
    final Limits limits = Limits.DEFAULT.metered(schedule, Limits.DEFAULT_GAS);
    for (int i = 0; i < 40; i++) {
      final int[] calls = new int[1];
      final CallResult result =
          module.call(
              Guests.with(Guests.call("count"), limits),
              key -> {
                calls[0]++;
                return Optional.empty();
              });
      assertThat(message(result)).isEqualTo("stack overflow");
      assertThat(calls[0]).isEqualTo(depth);
    }
  }
}
