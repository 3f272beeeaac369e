// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.GuestThreads;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Calls one application a million times in one process and prints how much memory is in use along
 * the way: heap after a collection, and what the process holds. Every hundredth call traps.
 * Arguments: a module, a method that ends well, one that fails, and how many calls.
 */
final class Soak {
  private Soak() {}

  public static void main(final String[] arguments) throws Exception {
    final int calls = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1_000_000;
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
        ExecutorService thread = Executors.newSingleThreadExecutor(GuestThreads.factory("soak"))) {
      final WasmModule module = engine.load(Bytes.wrap(Files.readAllBytes(Path.of(arguments[0]))));
      thread
          .submit(
              () -> {
                for (int i = 0; i < calls; i++) {
                  call(module, arguments[i % 100 == 99 ? 2 : 1], i % 100 == 99);
                  if (i % (calls / 10) == calls / 20 || i == calls - 1) {
                    print(i + 1);
                  }
                }
                return null;
              })
          .get();
    }
  }

  private static void call(final WasmModule module, final String method, final boolean fails) {
    final CallResult result =
        module.call(Calls.of(method, Bytes.EMPTY, Limits.DEFAULT_GAS), StateReader.EMPTY);
    if (fails != result instanceof CallResult.Failed) {
      throw new IllegalStateException(result.toString());
    }
  }

  private static void print(final int calls) throws IOException {
    final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    IO.println(
        String.format(
            Locale.ROOT,
            "after %,d calls: heap %,d KB, other %,d KB, process %s",
            calls,
            memory.getHeapMemoryUsage().getUsed() / 1024,
            memory.getNonHeapMemoryUsage().getUsed() / 1024,
            resident()));
  }

  /** What the operating system says that the process holds, where it says so. */
  private static String resident() throws IOException {
    final Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.substring(6).trim())
        .findFirst()
        .orElse("unknown");
  }
}
