// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.internal.host.GuestMemory;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.HostFunctions;
import io.calimero.node.wasm.internal.module.ChicoryMistakes;
import io.calimero.node.wasm.internal.module.ModuleParser;
import io.calimero.node.wasm.internal.module.ModuleRewriter;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls on Chicory as {@link GraalEngine} runs them on GraalWasm: the same rewriting, the same
 * host functions, another engine.
 */
final class ChicoryEngine {
  private static final int PAGE = 64 * 1024;

  private final Rules rules;
  private final List<HostFunction> functions;
  private final Rewritten rewritten;
  private final WasmModule module;
  private final Optional<Function<Instance, Machine>> machine;
  private @Nullable HostCalls host;

  ChicoryEngine(
      final Bytes bytes, final int schedule, final int memoryPages, final boolean compiled)
      throws InvalidModuleException {
    rules = Rules.of(schedule).orElseThrow();
    final ParsedModule parsed = ModuleParser.parse(bytes);
    functions = ModuleCheck.check(parsed, EngineOptions.defaults());
    rewritten = ModuleRewriter.rewrite(parsed, rules, memoryPages);
    module = Parser.parse(rewritten.bytes().unsafeArray());
    machine = compiled ? machine(module) : Optional.empty();
  }

  /** None where Chicory 1.7.5 fails to compile what it can interpret. */
  private static Optional<Function<Instance, Machine>> machine(final WasmModule module) {
    try {
      return Optional.of(MachineFactoryCompiler.compile(module));
    } catch (final NullPointerException e) {
      if (e.getStackTrace()[0].getClassName().endsWith("TypeStack")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  CallResult call(final Call call, final StateReader state) {
    final Instance.Builder builder =
        Instance.builder(module).withImportValues(imports()).withStart(false);
    machine.ifPresentOrElse(
        builder::withMachineFactory,
        () -> builder.withUnsafeExecutionListener(ChicoryMistakes::mend));
    final Instance instance;
    try {
      instance = builder.build();
    } catch (final ChicoryException e) {
      return new CallResult.Failed(GuestError.trap(text(e)), List.of());
    }
    final Guest guest = new Guest(instance, rewritten);
    final HostCalls calls = new HostCalls(call, rules, state, guest);
    host = calls;
    final long gas = HostCalls.budget(call, rules, instance.memory().initialPages());
    if (gas < 0) {
      return calls.failed(GuestError.trap(Traps.OUT_OF_GAS));
    }
    try {
      instance.export(rewritten.names().begin()).apply(0, gas);
      rewritten.names().start().ifPresent(start -> instance.export(start).apply());
      instance.export(call.method()).apply();
    } catch (final RuntimeException e) {
      if (calls.fault().isPresent()) {
        throw e;
      }
      final Optional<CallResult> ended = calls.ended();
      final Optional<CallResult> limited = ended.isPresent() ? ended : calls.limited();
      return limited.orElseGet(() -> calls.failed(GuestError.trap(text(e))));
    }
    return calls.ended().orElseGet(calls::completed);
  }

  /** Runs a method of the module as it came, in that instance; what is charged is told. */
  CallResult original(final Instance instance, final Call call, final LongUnaryOperator charge) {
    final HostCalls calls =
        new HostCalls(
            call,
            rules,
            StateReader.EMPTY,
            new HostCalls.Guest() {
              @Override
              public GuestMemory memory() {
                return new Copies(instance.memory());
              }

              @Override
              public long charge(final long gas) {
                return charge.applyAsLong(gas);
              }

              @Override
              public boolean stackUsedUp() {
                return false;
              }
            });
    host = calls;
    instance.export(call.method()).apply();
    return calls.ended().orElseGet(calls::completed);
  }

  /** What Chicory says of a trap, in the words of clients. */
  private static String text(final RuntimeException e) {
    final String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("unreachable")) {
      return "unreachable code reached";
    }
    if (said.contains("divide") || said.contains("overflow") || said.contains("conversion")) {
      return "illegal arithmetic operation";
    }
    if (said.contains("uninitialized")) {
      return "indirect call to null";
    }
    if (said.contains("indirect call type mismatch")) {
      return "bad signature";
    }
    if (said.contains("out of bounds") || said.contains("undefined element")) {
      return "memory out of bounds";
    }
    throw new IllegalStateException("an unknown trap", e);
  }

  ImportValues imports() {
    final ImportValues.Builder imports = ImportValues.builder();
    for (final HostFunction function : functions) {
      imports.addFunction(
          new com.dylibso.chicory.runtime.HostFunction(
              HostFunctions.MODULE,
              function.name(),
              FunctionType.of(
                  types(function.type().parameters()), types(function.type().results())),
              (instance, arguments) -> serve(function, arguments)));
    }
    return imports.build();
  }

  private long @Nullable [] serve(final HostFunction function, final long[] arguments) {
    final long result =
        Objects.requireNonNull(host)
            .serve(
                function,
                new HostFunction.Arguments() {
                  @Override
                  public long i64(final int index) {
                    return arguments[index];
                  }

                  @Override
                  public int i32(final int index) {
                    return (int) arguments[index];
                  }
                });
    return switch (function.type().results()) {
      case "" -> null;
      case "i" -> new long[] {(int) result};
      default -> new long[] {result};
    };
  }

  private static List<ValType> types(final String letters) {
    return letters.chars().mapToObj(c -> c == 'i' ? ValType.I32 : ValType.I64).toList();
  }

  /** An instance. */
  static final class Guest implements HostCalls.Guest {
    private final Instance instance;
    private final Rewritten rewritten;

    Guest(final Instance instance, final Rewritten rewritten) {
      this.instance = instance;
      this.rewritten = rewritten;
    }

    @Override
    public GuestMemory memory() {
      return new Copies(instance.memory());
    }

    @Override
    public long charge(final long gas) {
      return instance.export(rewritten.names().charge()).apply(gas)[0];
    }

    @Override
    public boolean stackUsedUp() {
      return (int) instance.exports().global(rewritten.names().stackLeft()).getValue() < 0;
    }
  }

  private record Copies(Memory memory) implements GuestMemory {
    @Override
    public long size() {
      return (long) memory.pages() * PAGE;
    }

    @Override
    public void read(final long address, final byte[] target, final int offset, final int length) {
      System.arraycopy(memory.readBytes((int) address, length), 0, target, offset, length);
    }

    @Override
    public void write(final long address, final byte[] source, final int offset, final int length) {
      memory.write((int) address, source, offset, length);
    }
  }
}
