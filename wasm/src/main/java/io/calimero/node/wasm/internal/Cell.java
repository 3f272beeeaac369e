// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.GuestError;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.internal.host.CallSession;
import io.calimero.node.wasm.internal.host.GuestExit;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.HostFunctions;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * An engine context with one module evaluated in it, and the host functions bound to it. Serves one
 * call at a time, each with an instance of its own: what remains from call to call is code.
 */
final class Cell implements AutoCloseable {
  private final Context context;
  private final Value module;
  private final Object imports;
  private final Names names;
  private @Nullable CallSession session;
  private @Nullable Throwable fault;

  /** Evaluates the module, which throws {@link PolyglotException} if the engine refuses it. */
  Cell(
      final Context context,
      final Source source,
      final List<HostFunction> functions,
      final Names names) {
    this.context = context;
    this.names = names;
    imports = proxies(functions);
    module = context.eval(source);
  }

  Context context() {
    return context;
  }

  /**
   * Runs the method on a fresh instance.
   *
   * @return how the guest ended it
   * @throws NodeFault if the node could not carry the call through
   * @throws RuntimeException what the state threw
   */
  CallResult run(final Call call, final StateReader state) throws NodeFault {
    context.enter();
    try {
      final Value exports;
      try {
        exports = module.newInstance(imports).getMember("exports");
      } catch (final PolyglotException e) {
        return new CallResult.Failed(error(e), List.of());
      }
      return run(call, state, exports);
    } finally {
      session = null;
      fault = null;
      context.leave();
    }
  }

  private CallResult run(final Call call, final StateReader state, final Value exports)
      throws NodeFault {
    final CallSession current =
        new CallSession(call, state, new PolyglotMemory(exports.getMember("memory")));
    session = current;
    try {
      return run(call, current, exports);
    } finally {
      current.end();
    }
  }

  private CallResult run(final Call call, final CallSession current, final Value exports)
      throws NodeFault {
    try {
      if (names.start().isPresent()) {
        exports.getMember(names.start().get()).executeVoid();
      }
      exports.getMember(call.method()).executeVoid();
    } catch (final PolyglotException e) {
      // What a host function threw comes back wrapped, but has been kept: see below
      if (current.exited().isEmpty() && fault == null) {
        return current.failed(
            stackUsedUp(exports) ? GuestError.trap(Traps.STACK_OVERFLOW) : error(e));
      }
    }
    if (fault != null) {
      return faulted(current, fault);
    }
    return current.exited().orElseGet(current::completed);
  }

  /** Whether the module itself found that its calls are nested too deeply, see the rewriter. */
  private boolean stackUsedUp(final Value exports) {
    return exports.getMember(names.stackLeft()).getMember("value").asInt() < 0;
  }

  private static CallResult faulted(final CallSession session, final Throwable fault)
      throws NodeFault {
    if (fault instanceof StackOverflowError) {
      // The guest had used up the stack when it called the host
      return session.failed(GuestError.trap(Traps.STACK_OVERFLOW));
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
    final HostFunction.Body body = function.body();
    return switch (function.type().results()) {
      case "" ->
          arguments -> {
            serve(body, arguments);
            return null;
          };
      case "i" -> arguments -> (int) serve(body, arguments);
      default -> arguments -> serve(body, arguments);
    };
  }

  private long serve(final HostFunction.Body body, final Value[] arguments) {
    final CallSession current = Objects.requireNonNull(session);
    try {
      return body.run(current, new PolyglotArguments(arguments));
    } catch (final GuestExit e) {
      throw e;
    } catch (final RuntimeException | Error e) {
      fault = e;
      throw e;
    }
  }

  @Override
  public void close() {
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
