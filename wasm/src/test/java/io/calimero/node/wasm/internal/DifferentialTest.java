// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Limits;
import io.calimero.node.events.WriteSet;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import io.calimero.node.wasm.internal.module.RandomModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.graalvm.polyglot.SandboxPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same module, calls and seeds on GraalWasm interpreted, GraalWasm compiled, and Chicory: the
 * same results, logs, events, writes and gas to the last unit.
 */
class DifferentialTest {
  private static final int MODULES = Integer.getInteger("random.modules", 300);

  /** How often each method is called. */
  private static final int ROUNDS = 2;

  /** One in so many modules is compiled, which takes much longer than to interpret it. */
  private static final int ONE_COMPILED_IN = 50;

  /** Parsed modules weigh on an engine as long as it lives. */
  private static final int MODULES_OF_AN_ENGINE = 150;

  /** Enough for much to happen, little enough that an endless loop soon ends. */
  private static final long GAS = 200_000;

  /** How calls of random modules ended, to be sure that they do not all end alike. */
  private enum Ending {
    COMPLETED,
    OUT_OF_GAS,
    STACK_OVERFLOW,
    OTHER_TRAP,
    HOST
  }

  // The two ways in which GraalWasm runs code; nothing is left to chance here
  private static final Map<String, String> INTERPRETED = Map.of("engine.Compilation", "false");
  private static final Map<String, String> COMPILED =
      Map.of("engine.CompileImmediately", "true", "engine.BackgroundCompilation", "false");

  private static WasmEngine engine(final Map<String, String> options) {
    return new GraalEngine(
        EngineOptions.defaults(), new GraalRuntime(SandboxPolicy.TRUSTED, options));
  }

  private static Ending ending(final CallResult result) {
    if (result instanceof CallResult.Failed failed) {
      return switch (failed.error().message()) {
        case Traps.OUT_OF_GAS -> Ending.OUT_OF_GAS;
        case Traps.STACK_OVERFLOW -> Ending.STACK_OVERFLOW;
        default -> failed.error().kind() == GuestError.Kind.TRAP ? Ending.OTHER_TRAP : Ending.HOST;
      };
    }
    return Ending.COMPLETED;
  }

  private static void apply(final CallResult result, final Map<Bytes, Bytes> state) {
    if (result instanceof CallResult.Completed completed) {
      for (final WriteSet.Write write : completed.outcome().writes().writes()) {
        write
            .value()
            .ifPresentOrElse(
                value -> state.put(write.key(), value), () -> state.remove(write.key()));
      }
    }
  }

  private static StateReader reader(final Map<Bytes, Bytes> state) {
    return key -> Optional.ofNullable(state.get(key));
  }

  @Test
  void randomModulesDoTheSameOnEveryEngine() throws Exception {
    final long seed = Long.getLong("random.seed", 1);
    final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
    for (int first = 0; first < MODULES; first += MODULES_OF_AN_ENGINE) {
      try (WasmEngine interpreted = engine(INTERPRETED);
          WasmEngine compiled = engine(COMPILED)) {
        for (int i = first; i < Math.min(MODULES, first + MODULES_OF_AN_ENGINE); i++) {
          compare(
              i % ONE_COMPILED_IN == 0 ? List.of(interpreted, compiled) : List.of(interpreted),
              RandomModule.of(seed + i, false),
              "random.seed " + (seed + i),
              i % ONE_COMPILED_IN == 0,
              endings);
        }
      }
    }
    assertThat(endings)
        .as("random.seed %d", seed)
        .containsKeys(Ending.COMPLETED, Ending.OUT_OF_GAS, Ending.OTHER_TRAP);
  }

  private static void compare(
      final List<WasmEngine> engines,
      final Bytes bytes,
      final String which,
      final boolean compiled,
      final Map<Ending, Integer> endings)
      throws Exception {
    final ChicoryEngine chicory = new ChicoryEngine(bytes, Limits.SCHEDULE, 1024, compiled);
    final Map<Bytes, Bytes> state = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int method = 0; method < RandomModule.METHODS; method++) {
        final Call call = Calls.of("m" + method, Bytes.EMPTY, GAS);
        final CallResult expected = Calls.onLargeStack(() -> chicory.call(call, reader(state)));
        for (final WasmEngine engine : engines) {
          assertThat(engine.load(bytes).call(call, reader(state)))
              .as("%s, m%d, round %d", which, method, round)
              .isEqualTo(expected);
        }
        endings.merge(ending(expected), 1, Integer::sum);
        apply(expected, state);
      }
    }
  }

  private record Step(String method, String arguments) {}

  private static List<Step> steps(final String application) {
    return application.equals("kv-store")
        ? List.of(
            new Step("init", "{}"),
            new Step("set", "{\"key\":\"a\",\"value\":\"b\"}"),
            new Step("set", "{\"key\":\"a\",\"value\":\"c\"}"),
            new Step("set", "{\"key\":\"ü\",\"value\":\"d\"}"),
            new Step("get", "{\"key\":\"a\"}"),
            new Step("get_result", "{\"key\":\"absent\"}"),
            new Step("get_unchecked", "{\"key\":\"absent\"}"),
            new Step("set", "no JSON"),
            new Step("entries", "{}"),
            new Step("remove", "{\"key\":\"a\"}"),
            new Step("len", "{}"),
            new Step("clear", "{}"),
            new Step("init", "{}"))
        : List.of(
            new Step("init", "{\"name\":\"Trip\",\"currency\":\"EUR\"}"),
            new Step("join", "{\"name\":\"Ana\"}"),
            new Step("add_person", "{\"name\":\"Ben\"}"),
            new Step("add_expense", "{\"description\":\"Taxi\",\"amount\":1250}"),
            new Step("add_expense", "{\"description\":\"\",\"amount\":-1}"),
            new Step("settle_up", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv-store", "expenses"})
  void theSampleApplicationsDoTheSameOnEveryEngine(final String application) throws Exception {
    final Bytes bytes =
        Bytes.wrap(
            Files.readAllBytes(
                Path.of(
                    System.getProperty("root.dir", ".."),
                    "apps",
                    application,
                    application + ".wasm")));
    final ChicoryEngine chicory = new ChicoryEngine(bytes, Limits.SCHEDULE, 1024, false);
    final ChicoryEngine chicoryCompiled = new ChicoryEngine(bytes, Limits.SCHEDULE, 1024, true);
    final Map<Bytes, Bytes> state = new TreeMap<>();
    try (WasmEngine interpreted = engine(INTERPRETED);
        WasmEngine asInTheNode = WasmEngine.create(EngineOptions.defaults())) {
      final WasmModule first = interpreted.load(bytes);
      final WasmModule second = asInTheNode.load(bytes);
      for (final Step step : steps(application)) {
        final Call call = Calls.of(step.method(), Bytes.utf8(step.arguments()), Limits.DEFAULT_GAS);
        final CallResult expected = Calls.onLargeStack(() -> chicory.call(call, reader(state)));
        assertThat(Calls.onLargeStack(() -> chicoryCompiled.call(call, reader(state))))
            .as("%s", step)
            .isEqualTo(expected);
        assertThat(first.call(call, reader(state))).as("%s", step).isEqualTo(expected);
        // Interpreted at first and compiled in the end
        for (int i = 0; i < 100; i++) {
          assertThat(second.call(call, reader(state))).as("%s", step).isEqualTo(expected);
        }
        apply(expected, state);
      }
    }
  }
}
