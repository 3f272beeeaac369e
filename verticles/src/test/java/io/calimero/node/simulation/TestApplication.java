// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineMode;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An application without WebAssembly whose state tells everything that went into it: {@code put}
 * counts how often each text was put, and chains text, time, randomness and author. {@code get}
 * reads, {@code fail} fails.
 */
final class TestApplication implements WasmEngine {
  static final Bytes MODULE = Bytes.utf8("a module that only the simulation understands");

  /** The application, as nodes know it. */
  static final Application NAMED =
      new Application(
          MemoryBlobs.id(MODULE.toByteArray()),
          MODULE.length(),
          "https://example.org/application.wasm",
          Bytes.EMPTY);

  private static final Bytes CHAIN = Bytes.utf8("~chain");

  @Override
  public EngineMode mode() {
    return new EngineMode(false, "simulated", Optional.empty());
  }

  @Override
  public WasmModule load(final Bytes module) {
    return new Module(module);
  }

  @Override
  public void close() {}

  private static final class Module implements WasmModule {
    private final Bytes bytes;

    Module(final Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public Hash id() {
      return Hash.sha256(bytes.unsafeArray());
    }

    @Override
    public Set<String> methods() {
      return new TreeSet<>(List.of("init", "put", "get", "fail"));
    }

    @Override
    public AbiGeneration generation() {
      return AbiGeneration.NONE;
    }

    @Override
    public CallResult call(final Call call, final StateReader state) {
      return switch (call.method()) {
        case "init", "put" ->
            call.access() == Access.READ_ONLY ? new CallResult.WouldWrite() : put(call, state);
        case "get" -> completed(state.get(call.input()), List.of(), WriteSet.EMPTY);
        default -> new CallResult.Failed(GuestError.panic("it fails"), List.of());
      };
    }

    private CallResult put(final Call call, final StateReader state) {
      final long times = state.get(call.input()).map(Module::number).orElse(0L) + 1;
      final Hash chain =
          Hash.sha256(
              state.get(CHAIN).orElse(Bytes.EMPTY).toByteArray(),
              call.input().toByteArray(),
              Long.toString(call.timestamp()).getBytes(StandardCharsets.US_ASCII),
              call.randomness().toByteArray(),
              call.executor().hash().toByteArray());
      return completed(
          Optional.of(Bytes.utf8(Long.toString(times))),
          List.of(new ApplicationEvent("Put", call.input(), Optional.empty())),
          new WriteSet(
              List.of(
                  new Write(call.input(), Optional.of(Bytes.utf8(Long.toString(times)))),
                  new Write(CHAIN, Optional.of(Bytes.wrap(chain.toByteArray()))))));
    }

    private static long number(final Bytes value) {
      return Long.parseLong(value.toUtf8());
    }

    private static CallResult completed(
        final Optional<Bytes> returned,
        final List<ApplicationEvent> events,
        final WriteSet writes) {
      return new CallResult.Completed(new Outcome(returned, List.of(), events, writes, 0));
    }
  }
}
