// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures what calls cost: the first, the hundredth, the thousandth, and the last thousand.
 * Arguments: none for the guest of the tests, or a module and then for each call a method and its
 * JSON input; {@code init} is called once. Run with the flags that the build gives to its tests.
 */
final class CallTimes {
  private static final int CALLS = 20_000;

  private CallTimes() {}

  public static void main(final String[] arguments) throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
        ExecutorService thread =
            Executors.newSingleThreadExecutor(GuestThreads.factory("measure"))) {
      IO.println(engine.mode());
      final long begin = System.nanoTime();
      final WasmModule module = engine.load(module(arguments));
      IO.println("load " + micros(System.nanoTime() - begin) + " µs");
      final Map<Bytes, Bytes> state = new ConcurrentHashMap<>();
      final String[] calls =
          arguments.length == 0
              ? new String[] {"", "set", "somekey!somevalu", "get", "somekey!"}
              : arguments;
      for (int i = 1; i + 1 < calls.length; i += 2) {
        final Call call = Guests.call(calls[i], Bytes.utf8(calls[i + 1]));
        final int count = calls[i].equals("init") ? 1 : CALLS;
        thread.submit(() -> measure(module, call, state, count)).get();
      }
    }
  }

  private static Bytes module(final String[] arguments) throws IOException {
    return arguments.length == 0
        ? Guests.bytes("kv")
        : Bytes.wrap(Files.readAllBytes(Path.of(arguments[0])));
  }

  private static void measure(
      final WasmModule module, final Call call, final Map<Bytes, Bytes> state, final int count) {
    final long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      final long begin = System.nanoTime();
      final CallResult result = module.call(call, key -> Optional.ofNullable(state.get(key)));
      times[i] = System.nanoTime() - begin;
      if (!(result instanceof CallResult.Completed completed)) {
        throw new IllegalStateException(result.toString());
      }
      for (final var write : completed.outcome().writes().writes()) {
        write
            .value()
            .ifPresentOrElse(
                value -> state.put(write.key(), value), () -> state.remove(write.key()));
      }
    }
    final StringBuilder line = new StringBuilder(call.method() + ":");
    for (final int nth : new int[] {1, 100, 1_000}) {
      if (nth <= count) {
        line.append(" call ").append(nth).append(' ').append(micros(times[nth - 1])).append(" µs,");
      }
    }
    final long[] last = Arrays.copyOfRange(times, Math.max(0, count - 1_000), count);
    Arrays.sort(last);
    line.append(" at last: median ").append(micros(last[last.length / 2])).append(" µs");
    line.append(", 99 % ").append(micros(last[last.length * 99 / 100])).append(" µs");
    IO.println(line);
  }

  private static double micros(final long nanos) {
    return Math.round(nanos / 100.0) / 10.0;
  }
}
