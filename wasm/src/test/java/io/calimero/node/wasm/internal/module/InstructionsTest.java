// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.internal.module.NumberFunctions.Function;
import io.calimero.node.wasm.internal.module.Opcodes.Immediate;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.Test;

/**
 * Every instruction that a module may have does after rewriting what it did before, at the edges of
 * what it is defined for: GraalWasm and Chicory run the modules as they came, GraalWasm interpreted
 * and compiled runs them rewritten. The results are the same but for the bits of NaNs, which the
 * specification leaves open and the rewriting settles.
 */
class InstructionsTest {
  /** Compiling each function would take {@code verify} too long. */
  private static final boolean NIGHTLY = Integer.getInteger("random.modules", 300) > 300;

  private static final ProxyObject NO_IMPORTS = ProxyObject.fromMap(Map.of());

  private static final long[] INTEGERS = {
    0,
    1,
    2,
    -1,
    31,
    33,
    63,
    -65,
    0x80,
    0x8000,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x9ccc_121c_0ed2_8e7aL
  };

  private static final float[] FLOATS = {
    0f,
    -0f,
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -1f,
    1f,
    0x1p31f,
    -0x1p31f,
    -0x1.000002p31f,
    0x1p32f,
    0x1p63f,
    0x1p64f,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private static final int[] NANS = {0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffa1_2345};

  private static List<Long> edges(final char type) {
    final List<Long> edges = new ArrayList<>();
    switch (type) {
      case 'i' -> {
        for (final long value : INTEGERS) {
          edges.add((long) (int) value);
        }
      }
      case 'l' -> {
        for (final long value : INTEGERS) {
          edges.add(value);
        }
      }
      case 'f' -> {
        for (final float value : FLOATS) {
          edges.add((long) Float.floatToRawIntBits(value));
        }
        for (final int nan : NANS) {
          edges.add((long) nan);
        }
      }
      default -> {
        for (final float value : FLOATS) {
          edges.add(Double.doubleToRawLongBits(value));
        }
        edges.add(Double.doubleToRawLongBits(2147483647.5));
        edges.add(Double.doubleToRawLongBits(Double.MAX_VALUE));
        for (final int nan : NANS) {
          edges.add((long) nan << 29 | (nan < 0 ? Long.MIN_VALUE : 0) | 0x7ff0_0000_0000_0000L);
        }
      }
    }
    return edges;
  }

  private static List<long[]> inputs(final Function function) {
    final List<long[]> inputs = new ArrayList<>();
    for (final long first : edges(function.takes().charAt(0))) {
      if (function.takes().length() == 1) {
        inputs.add(new long[] {first});
      } else {
        edges(function.takes().charAt(1)).forEach(second -> inputs.add(new long[] {first, second}));
      }
    }
    return inputs;
  }

  private static Object[] arguments(final Function function, final long[] input) {
    final Object[] arguments = new Object[input.length];
    for (int i = 0; i < input.length; i++) {
      final boolean half = "if".indexOf(function.takes().charAt(i)) >= 0;
      if (half) {
        arguments[i] = (int) input[i];
      } else {
        arguments[i] = input[i];
      }
    }
    return arguments;
  }

  /** One form for each result: the numbers of 32 bits extended by their sign. */
  private static Optional<Long> number(final Optional<Value> value) {
    return value.map(Value::asLong);
  }

  private static Optional<Long> chicory(
      final ExportFunction function, final boolean half, final long... arguments) {
    try {
      final long result = Objects.requireNonNull(function.apply(arguments))[0];
      return Optional.of(half ? (int) result : result);
    } catch (final ChicoryException | IndexOutOfBoundsException e) {
      // The second is how Chicory 1.7.5 traps where a segment is read at a negative place
      return Optional.empty();
    }
  }

  private static boolean isHalf(final Function function) {
    return "if".indexOf(function.makes()) >= 0;
  }

  /** What the rewritten module must give where the module as it came gives that. */
  private static Optional<Long> settled(final Function function, final Optional<Long> result) {
    if (Opcodes.makesFloat(function.opcode())) {
      return result.map(
          bits -> Float.isNaN(Float.intBitsToFloat(bits.intValue())) ? 0x7fc0_0000L : bits);
    }
    if (Opcodes.makesDouble(function.opcode())) {
      return result.map(
          bits -> Double.isNaN(Double.longBitsToDouble(bits)) ? 0x7ff8_0000_0000_0000L : bits);
    }
    return result;
  }

  /** What Chicory 1.7.5 gets wrong: it rounds unsigned numbers from 2^63 on twice. */
  private static boolean isChicorysMistake(final Function function, final long[] input) {
    return function.opcode() == 0xb5 && input[0] < 0;
  }

  @Test
  void numbersOfNumbersAreTheSameBeforeAndAfterRewriting() throws Exception {
    final List<Function> functions = NumberFunctions.list();
    final byte[] bytes = NumberFunctions.module(functions);
    final Instance chicory = Instance.builder(Parser.parse(bytes)).build();
    try (PlainGraal graal = new PlainGraal(PlainGraal.INTERPRETED)) {
      final PlainGraal.Instance original = graal.original(bytes).instance(NO_IMPORTS);
      final PlainGraal.Instance rewritten = graal.rewritten(bytes).instance(NO_IMPORTS);
      for (final Function function : functions) {
        final ExportFunction other = chicory.export(function.name());
        for (final long[] input : inputs(function)) {
          final Object[] arguments = arguments(function, input);
          final Optional<Long> before =
              settled(function, number(original.run(function.name(), arguments)));
          assertThat(number(rewritten.run(function.name(), arguments)))
              .as("%s of %s", function, input)
              .isEqualTo(before);
          if (!isChicorysMistake(function, input)) {
            assertThat(settled(function, chicory(other, isHalf(function), input)))
                .as("%s of %s in Chicory", function, input)
                .isEqualTo(before);
          }
        }
      }
    }
  }

  /**
   * What a compiler knows beforehand it computes itself, and may do so by other rules than the
   * interpreter: GraalWasm 25.0.2 took the sign of a NaN for positive.
   */
  @Test
  void numbersThatTheCompilerKnowsAreTheSameAsInterpreted() throws Exception {
    final List<Function> functions = new ArrayList<>();
    final List<long[]> constants = new ArrayList<>();
    for (final Function function : NumberFunctions.list()) {
      final boolean settlesSigns =
          (function.opcode() >= 0x8b && function.opcode() <= 0x8c)
              || (function.opcode() >= 0x99 && function.opcode() <= 0x9a)
              || function.opcode() == Opcodes.F32_COPYSIGN
              || function.opcode() == Opcodes.F64_COPYSIGN;
      if (NIGHTLY || settlesSigns) {
        for (final long[] input : inputs(function)) {
          if (NIGHTLY ? functions.size() % 5 != 1 || settlesSigns : input[input.length - 1] < 0) {
            functions.add(function);
            constants.add(input);
          }
          if (!NIGHTLY && functions.size() % 12 == 11) {
            break;
          }
        }
      }
    }
    final byte[] bytes = NumberFunctions.module(functions, constants);
    try (PlainGraal interpreted = new PlainGraal(PlainGraal.INTERPRETED);
        PlainGraal compiled = new PlainGraal(PlainGraal.COMPILED)) {
      final PlainGraal.Instance first = interpreted.rewritten(bytes).instance(NO_IMPORTS);
      final PlainGraal.Instance second = compiled.rewritten(bytes).instance(NO_IMPORTS);
      for (int i = 0; i < functions.size(); i++) {
        final Optional<Long> expected = number(first.run("c" + i));
        for (int round = 0; round < 3; round++) {
          assertThat(number(second.run("c" + i)))
              .as("%s of %s", functions.get(i), constants.get(i))
              .isEqualTo(expected);
        }
      }
    }
  }

  private static byte[] guest() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            InstructionsTest.class.getResourceAsStream("/guests/instructions.wasm"))) {
      return in.readAllBytes();
    }
  }

  @Test
  void memoryTablesVariablesAndControlAreTheSameBeforeAndAfterRewriting() throws Exception {
    final byte[] bytes = guest();
    final int[][] inputs = {
      {0, 0},
      {1, 2},
      {2, 1},
      {3, 0},
      {0, 3},
      {4, 1},
      {2, 9},
      {16, 5},
      {64, -1},
      {65535, 7},
      {65_532, 1},
      {70, 0x7fa0_0001},
      {-1, -1},
      {-4, 1}
    };
    try (PlainGraal interpreted = new PlainGraal(PlainGraal.INTERPRETED);
        PlainGraal compiled = new PlainGraal(PlainGraal.COMPILED)) {
      final PlainGraal.Module original = interpreted.original(bytes);
      final PlainGraal.Module rewritten = interpreted.rewritten(bytes);
      final PlainGraal.Module rewrittenCompiled = compiled.rewritten(bytes);
      int trapped = 0;
      int ended = 0;
      for (final String method : methods(bytes)) {
        for (final int[] input : inputs) {
          final Optional<Long> before =
              number(original.instance(NO_IMPORTS).run(method, input[0], input[1]));
          assertThat(number(rewritten.instance(NO_IMPORTS).run(method, input[0], input[1])))
              .as("%s of %s", method, input)
              .isEqualTo(before);
          if (NIGHTLY) {
            assertThat(
                    number(rewrittenCompiled.instance(NO_IMPORTS).run(method, input[0], input[1])))
                .as("%s of %s, compiled", method, input)
                .isEqualTo(before);
          }
          final Instance chicory =
              Instance.builder(Parser.parse(bytes))
                  .withUnsafeExecutionListener(ChicoryMistakes::mend)
                  .build();
          assertThat(chicory(chicory.export(method), false, input[0], input[1]))
              .as("%s of %s in Chicory", method, input)
              .isEqualTo(before);
          if (before.isPresent()) {
            ended++;
          } else {
            trapped++;
          }
        }
      }
      assertThat(ended).isGreaterThan(300);
      assertThat(trapped).isGreaterThan(100);
    }
  }

  private static List<String> methods(final byte[] bytes) throws Exception {
    final ParsedModule module = ModuleParser.parse(Bytes.wrap(bytes));
    return module.exports().keySet().stream()
        .filter(name -> module.exportedFunction(name).isPresent())
        .toList();
  }

  /** What these tests have run is all that a module may have, and nothing else is taken. */
  @Test
  void everyInstructionThatAModuleMayHaveIsAmongThem() throws Exception {
    final TreeSet<Integer> run = new TreeSet<>();
    for (final byte[] bytes : List.of(guest(), NumberFunctions.module(NumberFunctions.list()))) {
      final ParsedModule module = ModuleParser.parse(Bytes.wrap(bytes));
      for (int i = 0; i < module.bodies().size(); i++) {
        final FunctionType type =
            module.functions().get(module.functions().size() - module.bodies().size() + i);
        new BodyReader(module.shape(), bytes)
            .read(
                module.bodies().get(i),
                i,
                type.parameters().length() + module.bodies().get(i).locals())
            .forEach(instruction -> run.add(instruction.opcode()));
      }
    }
    final TreeSet<Integer> offered = new TreeSet<>();
    for (int opcode = 0; opcode < 0x200; opcode++) {
      if (Opcodes.immediate(opcode) != Immediate.UNKNOWN) {
        offered.add(opcode);
      }
    }
    assertThat(run).isEqualTo(offered);
  }
}
