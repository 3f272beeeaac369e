// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.internal.module.ModuleParser;
import io.calimero.node.wasm.internal.module.ModuleRewriter;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * What Jazzer calls: parser and rewriter take a module apart and put it together again. They refuse
 * it as they should, or what they make of it is as valid as it was, and begins where it began.
 */
public final class ModuleFuzzer {
  private static final Rules RULES = Rules.of(Limits.SCHEDULE).orElseThrow();

  /** Larger ones are as good, and take time and memory that are better spent on more of them. */
  private static final int PAGES = 4;

  private static final int ELEMENTS = 1_000;
  private static final long GAS = 1_000_000;

  private ModuleFuzzer() {}

  /** Gives {@code input} to parser and rewriter. */
  public static void fuzzerTestOneInput(final byte[] input) {
    final ParsedModule parsed;
    final Rewritten rewritten;
    try {
      parsed = ModuleParser.parse(Bytes.wrap(input));
      ModuleCheck.check(parsed, EngineOptions.defaults());
      rewritten = ModuleRewriter.rewrite(parsed, RULES, 1024);
    } catch (final InvalidModuleException e) {
      return;
    }
    final boolean large =
        parsed.memory().filter(memory -> memory.minimum() > PAGES).isPresent()
            || parsed.tables().stream().anyMatch(table -> table.sizes().minimum() > ELEMENTS);
    if (large) {
      return;
    }
    try (GraalRuntime runtime = new GraalRuntime()) {
      compare(runtime, input, parsed, rewritten);
    }
  }

  private static void compare(
      final GraalRuntime runtime,
      final byte[] input,
      final ParsedModule parsed,
      final Rewritten rewritten) {
    final Optional<Boolean> before = tried(runtime, input, parsed.start().isEmpty());
    final Optional<Boolean> after = begun(runtime, rewritten, parsed.start().isEmpty());
    if (!before.equals(after)) {
      throw new AssertionError(
          "as it came it is " + told(before) + ", and rewritten " + told(after));
    }
  }

  private static String told(final Optional<Boolean> result) {
    return result.map(begins -> begins ? "valid" : "valid and fails at first").orElse("invalid");
  }

  /** Whether a module is valid, and then whether an instance can be made. */
  private static Optional<Boolean> tried(
      final GraalRuntime runtime, final byte[] module, final boolean instantiate) {
    return with(
        runtime,
        module,
        instantiate,
        instance -> {
          // that there is one is enough
        });
  }

  private static Optional<Boolean> begun(
      final GraalRuntime runtime, final Rewritten rewritten, final boolean instantiate) {
    return with(
        runtime,
        rewritten.bytes().unsafeArray(),
        instantiate,
        instance ->
            instance.getMember("exports").getMember(rewritten.names().begin()).executeVoid(0, GAS));
  }

  /** What is done with an instance. */
  private interface Use {
    void of(Value instance);
  }

  private static Optional<Boolean> with(
      final GraalRuntime runtime, final byte[] bytes, final boolean instantiate, final Use use) {
    try (Context context = runtime.newContext()) {
      final Value module;
      try {
        module = context.eval(runtime.source(bytes, "fuzzed"));
      } catch (final PolyglotException e) {
        return guest(e, Optional.empty());
      }
      if (!instantiate) {
        return Optional.of(true);
      }
      try {
        use.of(module.newInstance(new Anything()));
        return Optional.of(true);
      } catch (final PolyglotException e) {
        return guest(e, Optional.of(false));
      }
    }
  }

  private static Optional<Boolean> guest(
      final PolyglotException e, final Optional<Boolean> result) {
    if (!e.isGuestException() && !e.isResourceExhausted()) {
      throw e;
    }
    return result;
  }

  /** Has every function that a module may ask for; none is ever called. */
  private static final class Anything implements ProxyObject {
    @Override
    public Object getMember(final String module) {
      return new Functions();
    }

    @Override
    public Object getMemberKeys() {
      return new String[0];
    }

    @Override
    public boolean hasMember(final String module) {
      return true;
    }

    @Override
    public void putMember(final String key, final Value value) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Functions implements ProxyObject {
    @Override
    public Object getMember(final String name) {
      return (ProxyExecutable) _ -> 0;
    }

    @Override
    public Object getMemberKeys() {
      return new String[0];
    }

    @Override
    public boolean hasMember(final String name) {
      return true;
    }

    @Override
    public void putMember(final String key, final Value value) {
      throw new UnsupportedOperationException();
    }
  }
}
