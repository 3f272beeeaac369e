// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.GuestError;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.HostFunctions;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * An engine context with one module evaluated in it, and the host functions bound to it. Serves one
 * call at a time. An instance that ended a call well serves the next one too, where the module
 * allows it: see {@link Rewritten#reusable}; any other call gets an instance of its own.
 */
final class Cell implements AutoCloseable {
  private static final int PAGE = 64 * 1024;

  private final Context context;
  private final Value module;
  private final Object imports;
  private final Rewritten rewritten;
  private final Rules rules;
  private final Room room;
  private @Nullable Instance kept;
  private @Nullable HostCalls host;

  /** Evaluates the module, which throws {@link PolyglotException} if the engine refuses it. */
  Cell(
      final Context context,
      final Source source,
      final List<HostFunction> functions,
      final Rewritten rewritten,
      final Rules rules,
      final Room room) {
    this.context = context;
    this.rewritten = rewritten;
    this.rules = rules;
    this.room = room;
    imports = proxies(functions);
    module = context.eval(source);
  }

  Context context() {
    return context;
  }

  /**
   * Runs the method on clean memory.
   *
   * @return how the guest ended it
   * @throws NodeFault if the node could not carry the call through
   * @throws RuntimeException what the state threw
   */
  CallResult run(final Call call, final StateReader state) throws NodeFault {
    context.enter();
    try {
      final Instance instance;
      try {
        instance = take();
      } catch (final PolyglotException e) {
        return new CallResult.Failed(error(e), List.of());
      }
      final CallResult result = run(call, state, instance);
      if (result instanceof CallResult.Completed) {
        keep(instance);
      }
      return result;
    } finally {
      host = null;
      context.leave();
    }
  }

  private Instance take() {
    final Instance waiting = kept;
    if (waiting == null) {
      return new Instance(module.newInstance(imports).getMember("exports"), rewritten.names());
    }
    drop();
    return waiting;
  }

  private void keep(final Instance instance) {
    if (rewritten.reusable() && !instance.hasGrown() && room.take(instance.initialSize())) {
      kept = instance;
    }
  }

  /** Keeps no instance. Touches nothing of the engine, whose context may be closed. */
  void drop() {
    final Instance waiting = kept;
    if (waiting != null) {
      kept = null;
      room.give(waiting.initialSize());
    }
  }

  private CallResult run(final Call call, final StateReader state, final Instance instance)
      throws NodeFault {
    final HostCalls current = new HostCalls(call, rules, state, instance);
    host = current;
    boolean well = false;
    try {
      final CallResult result = run(call, current, instance);
      well = result instanceof CallResult.Completed;
      return result;
    } finally {
      current.end(well);
    }
  }

  private CallResult run(final Call call, final HostCalls current, final Instance instance)
      throws NodeFault {
    final long gas = HostCalls.budget(call, rules, instance.initialSize() / PAGE);
    if (gas < 0) {
      return current.failed(GuestError.trap(Traps.OUT_OF_GAS));
    }
    try {
      instance.begin(gas);
      if (rewritten.names().start().isPresent()) {
        instance.run(rewritten.names().start().get());
      }
      instance.run(call.method());
    } catch (final PolyglotException e) {
      // What a host function threw comes back wrapped, but has been kept
      if (current.ended().isEmpty() && current.fault().isEmpty()) {
        return trapped(current, e);
      }
    }
    final Optional<Throwable> fault = current.fault();
    if (fault.isPresent()) {
      return faulted(current, fault.get());
    }
    final Optional<CallResult> ended = current.ended();
    return ended.isPresent() ? ended.get() : current.completed();
  }

  private static CallResult trapped(final HostCalls host, final PolyglotException e)
      throws NodeFault {
    if (e.isResourceExhausted() || e.isInternalError() || e.isCancelled()) {
      return host.failed(error(e));
    }
    final Optional<CallResult> limited = host.limited();
    return limited.isPresent() ? limited.get() : host.failed(error(e));
  }

  private static CallResult faulted(final HostCalls host, final Throwable fault) throws NodeFault {
    if (fault instanceof StackOverflowError) {
      // The guest had used up the stack when it called the host
      return host.failed(GuestError.trap(Traps.STACK_OVERFLOW));
    }
    if (fault instanceof RuntimeException thrown) {
      throw thrown;
    }
    throw new NodeFault("a host function failed: " + fault, fault);
  }

  private static GuestError error(final PolyglotException e) throws NodeFault {
    if (e.isResourceExhausted() && !isOutOfMemory(e)) {
      return GuestError.trap(Traps.STACK_OVERFLOW);
    }
    return Traps.error(e)
        .orElseThrow(() -> new NodeFault("the engine failed: " + e.getMessage(), e));
  }

  private static boolean isOutOfMemory(final PolyglotException e) {
    final String message = e.getMessage();
    return message != null && message.contains("memory");
  }

  private ProxyObject proxies(final List<HostFunction> functions) {
    final Map<String, Object> proxies = new HashMap<>();
    for (final HostFunction function : functions) {
      proxies.put(function.name(), proxy(function));
    }
    return ProxyObject.fromMap(Map.of(HostFunctions.MODULE, ProxyObject.fromMap(proxies)));
  }

  private ProxyExecutable proxy(final HostFunction function) {
    return switch (function.type().results()) {
      case "" ->
          arguments -> {
            serve(function, arguments);
            return null;
          };
      case "i" -> arguments -> (int) serve(function, arguments);
      default -> arguments -> serve(function, arguments);
    };
  }

  private long serve(final HostFunction function, final Value[] arguments) {
    return Objects.requireNonNull(host).serve(function, new PolyglotArguments(arguments));
  }

  @Override
  public void close() {
    drop();
    context.close();
  }

  private static final class PolyglotArguments implements HostFunction.Arguments {
    private final Value[] values;

    PolyglotArguments(final Value[] values) {
      this.values = values;
    }

    @Override
    public long i64(final int index) {
      return values[index].asLong();
    }

    @Override
    public int i32(final int index) {
      return values[index].asInt();
    }
  }
}
