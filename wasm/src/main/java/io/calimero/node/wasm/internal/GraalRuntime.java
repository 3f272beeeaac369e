// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.EngineMode;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.ByteSequence;

/**
 * The one polyglot engine, as closed as it can be made within a process: guests see their imports
 * and nothing else.
 */
final class GraalRuntime implements AutoCloseable {
  static final String LANGUAGE = "wasm";

  private final Engine engine;
  private final EngineMode mode;
  private final SandboxPolicy sandbox;

  GraalRuntime() {
    this(SandboxPolicy.CONSTRAINED, Map.of());
  }

  /** With options of the engine, most of which no sandbox but the weakest one allows. */
  GraalRuntime(final SandboxPolicy sandbox, final Map<String, String> options) {
    this.sandbox = sandbox;
    engine =
        Engine.newBuilder(LANGUAGE)
            .sandbox(sandbox)
            .allowExperimentalOptions(!options.isEmpty())
            .options(options)
            .in(InputStream.nullInputStream())
            .out(OutputStream.nullOutputStream())
            .err(OutputStream.nullOutputStream())
            .logHandler(new LogBridge())
            // The mode is told by the node itself, see EngineMode
            .option("engine.WarnInterpreterOnly", "false")
            .build();
    mode = JitStatus.of(engine, version());
  }

  private String version() {
    final String version = engine.getVersion();
    final String implementation = Engine.class.getPackage().getImplementationVersion();
    return implementation == null ? version : implementation;
  }

  EngineMode mode() {
    return mode;
  }

  Source source(final byte[] module, final String name) {
    // A literal source is made without I/O
    return Source.newBuilder(LANGUAGE, ByteSequence.create(module), name).buildLiteral();
  }

  Context newContext() {
    return Context.newBuilder(LANGUAGE)
        .engine(engine)
        .sandbox(sandbox)
        .allowHostAccess(HostAccess.CONSTRAINED)
        .allowPolyglotAccess(PolyglotAccess.NONE)
        .build();
  }

  @Override
  public void close() {
    engine.close(true);
  }
}
