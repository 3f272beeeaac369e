// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Names;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;

/** GraalWasm for modules that need be no applications, as they come and rewritten. */
final class PlainGraal implements AutoCloseable {
  static final Map<String, String> INTERPRETED = Map.of("engine.Compilation", "false");
  static final Map<String, String> COMPILED =
      Map.of("engine.CompileImmediately", "true", "engine.BackgroundCompilation", "false");

  private static final Rules RULES = Rules.of(Limits.SCHEDULE).orElseThrow();

  /** As many as there can be, so that growing ends where it would without rewriting. */
  private static final int PAGES = 65_536;

  private static final long GAS = 1_000_000_000_000L;

  private final Engine engine;
  private final Context context;

  PlainGraal(final Map<String, String> options) {
    engine =
        Engine.newBuilder("wasm")
            .allowExperimentalOptions(true)
            .options(options)
            .option("engine.WarnInterpreterOnly", "false")
            .out(OutputStream.nullOutputStream())
            .err(OutputStream.nullOutputStream())
            .build();
    context = Context.newBuilder("wasm").engine(engine).build();
  }

  /** What a module becomes. */
  static Rewritten rewrite(final byte[] module) throws InvalidModuleException {
    return ModuleRewriter.rewrite(ModuleParser.parse(Bytes.wrap(module)), RULES, PAGES);
  }

  /** A module of which instances can be made. */
  final class Module {
    private final Value module;
    private final Optional<Names> names;

    private Module(final byte[] bytes, final Optional<Names> names) {
      module =
          context.eval(
              Source.newBuilder("wasm", ByteSequence.create(bytes), "module").buildLiteral());
      this.names = names;
    }

    /** An instance, begun. */
    Instance instance(final Object imports) {
      final Instance instance =
          new Instance(module.newInstance(imports).getMember("exports"), names);
      instance.begin();
      names.flatMap(Names::start).ifPresent(start -> instance.exports.getMember(start).execute());
      return instance;
    }
  }

  /** An instance. */
  static final class Instance {
    private final Value exports;
    private final Optional<Names> names;
    private boolean begun;

    private Instance(final Value exports, final Optional<Names> names) {
      this.exports = exports;
      this.names = names;
    }

    private void begin() {
      if (names.isPresent() && !begun) {
        exports.getMember(names.get().begin()).executeVoid(0, GAS);
        begun = true;
      }
    }

    /** All that it exports. */
    Value exports() {
      return exports;
    }

    /** What a function gives; none if it traps. */
    Optional<Value> run(final String function, final Object... arguments) {
      // A trap leaves the stack as it was then: a node throws the instance away
      names.ifPresent(
          added -> exports.getMember(added.stackLeft()).putMember("value", Rules.STACK));
      try {
        return Optional.of(exports.getMember(function).execute(arguments));
      } catch (final PolyglotException e) {
        if (e.isGuestException() || e.isResourceExhausted()) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }

  /** The module as it is; throws {@link PolyglotException} if the engine refuses it. */
  Module original(final byte[] module) {
    return new Module(module, Optional.empty());
  }

  /** The module as it is run in a node. */
  Module rewritten(final byte[] module) throws InvalidModuleException {
    final Rewritten rewritten = rewrite(module);
    return new Module(rewritten.bytes().unsafeArray(), Optional.of(rewritten.names()));
  }

  @Override
  public void close() {
    context.close(true);
    engine.close(true);
  }
}
