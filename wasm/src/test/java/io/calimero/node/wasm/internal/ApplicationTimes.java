// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.events.WriteSet;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.GuestThreads;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import io.calimero.node.wasm.internal.module.RandomModule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Measures what docs/applications.md says of speed: calls of an application, computing with and
 * without metering beside other engines, and installing. Times are those of the calling thread's
 * processor, which other processes disturb less than a clock. Arguments: the module of the
 * kv-store, and the guest that computes; run with the flags that the build gives to its tests, on a
 * machine that does nothing else.
 */
final class ApplicationTimes {
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private ApplicationTimes() {}

  public static void main(final String[] arguments) throws Exception {
    try (ExecutorService thread =
        Executors.newSingleThreadExecutor(GuestThreads.factory("measure"))) {
      thread
          .submit(
              () -> {
                calls(Path.of(arguments[0]));
                computing(Path.of(arguments[1]));
                installing();
                return null;
              })
          .get();
    }
  }

  private static double micros(final long nanos) {
    return nanos / 1_000.0;
  }

  private static void say(final String line) {
    IO.println(line);
  }

  private static long cpu(final Callable<?> task) throws Exception {
    final long begin = CPU.getCurrentThreadCpuTime();
    task.call();
    return CPU.getCurrentThreadCpuTime() - begin;
  }

  private static void calls(final Path file) throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      say(String.format(Locale.ROOT, "engine: %s", engine.mode()));
      final WasmModule module = engine.load(Bytes.wrap(Files.readAllBytes(file)));
      final Map<Bytes, Bytes> state = new HashMap<>();
      run(module, "init", "{}", state);
      for (final String[] step :
          new String[][] {{"set", "{\"key\":\"a\",\"value\":\"b\"}"}, {"get", "{\"key\":\"a\"}"}}) {
        final long[] times = new long[30_000];
        for (int i = 0; i < times.length; i++) {
          times[i] = cpu(() -> run(module, step[0], step[1], state));
        }
        final long[] last = Arrays.copyOfRange(times, times.length - 5_000, times.length);
        Arrays.sort(last);
        say(
            String.format(
                Locale.ROOT,
                "%s: first %.0f µs, hundredth %.0f µs, steady %.1f µs (gas %d)",
                step[0],
                micros(times[0]),
                micros(times[99]),
                micros(last[last.length / 2]),
                run(module, step[0], step[1], state)));
      }
    }
  }

  private static long run(
      final WasmModule module,
      final String method,
      final String input,
      final Map<Bytes, Bytes> state) {
    final CallResult result =
        module.call(
            Calls.of(method, Bytes.utf8(input), Limits.DEFAULT_GAS),
            key -> Optional.ofNullable(state.get(key)));
    if (!(result instanceof CallResult.Completed(var outcome, _))) {
      throw new IllegalStateException(result.toString());
    }
    for (final WriteSet.Write write : outcome.writes().writes()) {
      write.value().ifPresent(value -> state.put(write.key(), value));
    }
    return outcome.gas();
  }

  private static void computing(final Path file) throws Exception {
    final Bytes bytes = Bytes.wrap(Files.readAllBytes(file));
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final WasmModule module = engine.load(bytes);
      final ChicoryEngine chicory = new ChicoryEngine(bytes, Limits.SCHEDULE, 1024, true);
      for (final String method : new String[] {"sha256", "floats"}) {
        final Call metered = Calls.of(method, Bytes.EMPTY, Limits.DEFAULT_GAS);
        final Call unmetered = Calls.unmetered(method);
        final double with = best(() -> check(module.call(metered, StateReader.EMPTY)), 150);
        final double without = best(() -> check(module.call(unmetered, StateReader.EMPTY)), 150);
        final double other = best(() -> check(chicory.call(metered, StateReader.EMPTY)), 20);
        say(
            String.format(
                Locale.ROOT,
                "%s: metered %.2f ms, not metered %.2f ms (metering %+.0f %%), Chicory compiled and"
                    + " metered %.2f ms, V8 %s",
                method,
                with,
                without,
                100 * (with / without - 1),
                other,
                v8(file, method)));
      }
    }
  }

  private static CallResult check(final CallResult result) {
    if (!(result instanceof CallResult.Completed)) {
      throw new IllegalStateException(result.toString());
    }
    return result;
  }

  /** The best of so many, in milliseconds. */
  private static double best(final Callable<?> task, final int count) throws Exception {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      best = Math.min(best, cpu(task));
    }
    return best / 1e6;
  }

  private static String v8(final Path file, final String method) throws Exception {
    final String script =
        "const m=new WebAssembly.Module(require('fs').readFileSync(process.argv[1]));"
            + "let b=1e9;for(let i=0;i<150;i++){const s=process.hrtime.bigint();"
            + "new WebAssembly.Instance(m,{env:{value_return(){}}}).exports[process.argv[2]]();"
            + "b=Math.min(b,Number(process.hrtime.bigint()-s)/1e6)}console.log(b.toFixed(2))";
    final Process node;
    try {
      node = new ProcessBuilder("node", "-e", script, file.toString(), method).start();
    } catch (final IOException e) {
      return "not installed";
    }
    final String said =
        new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    node.waitFor(1, TimeUnit.MINUTES);
    return said + " ms";
  }

  private static void installing() throws Exception {
    for (final int functions : new int[] {3_600, 8_700}) {
      for (int round = 0; round < 3; round++) {
        final Bytes module = RandomModule.large(round + 1, functions);
        try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
          final long time = cpu(() -> engine.load(module));
          if (round == 2) {
            say(
                String.format(
                    Locale.ROOT, "installing %d KB: %.0f ms", module.length() / 1_000, time / 1e6));
          }
        }
      }
    }
  }
}
