// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

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
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine whose modules are programs of the test: {@code set key value}, {@code get key}, {@code
 * count key} (adds one), {@code seen} (writes down time and randomness), {@code noop}, {@code
 * fail}, {@code late} (times out), and any method with a gate, which waits there and then writes
 * its name. A module of the text {@code bare} has no {@code init}.
 */
final class FakeEngine implements WasmEngine {
  private static final Set<String> METHODS =
      Set.of("init", "set", "get", "count", "seen", "noop", "fail", "late", "__calimero_internal");

  private final Map<String, Gate> gates = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();

  /** Where calls of a method wait. */
  record Gate(CountDownLatch entered, CountDownLatch open) {}

  /** From now on calls of the method wait for the gate to be opened. */
  Gate gate(final String method, final int callers) {
    final Gate gate = new Gate(new CountDownLatch(callers), new CountDownLatch(1));
    gates.put(method, gate);
    return gate;
  }

  int loads() {
    return loads.get();
  }

  @Override
  public EngineMode mode() {
    return new EngineMode(false, "fake", Optional.empty());
  }

  @Override
  public WasmModule load(final Bytes module) throws InvalidModuleException {
    loads.incrementAndGet();
    if (module.isEmpty()) {
      throw new InvalidModuleException(InvalidModuleException.Code.NOT_WASM, "not a module");
    }
    return new Module(module);
  }

  @Override
  public void close() {}

  private final class Module implements WasmModule {
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
      final Set<String> methods = new TreeSet<>(METHODS);
      if (bytes.equals(Bytes.utf8("bare"))) {
        methods.remove("init");
      }
      return methods;
    }

    @Override
    public AbiGeneration generation() {
      return AbiGeneration.NONE;
    }

    @Override
    public CallResult call(final Call call, final StateReader state) {
      final Gate gate = gates.get(call.method());
      if (gate != null) {
        gate.entered.countDown();
        try {
          gate.open.await();
        } catch (final InterruptedException e) {
          return new CallResult.Interrupted("the test ended");
        }
        return write(call, call.method(), "passed");
      }
      final String[] words = call.input().toUtf8().split(" ", 2);
      return switch (call.method()) {
        case "init" -> call.input().isEmpty() ? done(Optional.empty()) : initialize(call);
        case "set" -> write(call, words[0], words[1]);
        case "get" -> done(state.get(Bytes.utf8(words[0])));
        case "count" -> write(call, words[0], count(state.get(Bytes.utf8(words[0]))));
        case "seen" -> write(call, "seen", call.timestamp() + " " + call.randomness());
        case "noop" -> done(Optional.empty());
        case "late" -> new CallResult.TimedOut(call.deadline());
        default ->
            new CallResult.Failed(
                GuestError.returned(Bytes.utf8("it failed")), List.of("about to fail"));
      };
    }

    private CallResult initialize(final Call call) {
      return call.input().equals(Bytes.utf8("fail"))
          ? new CallResult.Failed(GuestError.trap("no"), List.of())
          : write(call, "begun", call.input().toUtf8());
    }

    private static String count(final Optional<Bytes> before) {
      return Long.toString(1 + before.map(value -> Long.parseLong(value.toUtf8())).orElse(0L));
    }

    private static CallResult done(final Optional<Bytes> returned) {
      return new CallResult.Completed(
          new Outcome(returned, List.of(), List.of(), WriteSet.EMPTY, 0));
    }

    private static CallResult write(final Call call, final String key, final String value) {
      if (call.access() == Access.READ_ONLY) {
        return new CallResult.WouldWrite();
      }
      final Optional<Bytes> written =
          value.equals("-") ? Optional.empty() : Optional.of(Bytes.utf8(value));
      return new CallResult.Completed(
          new Outcome(
              Optional.of(Bytes.utf8(value)),
              List.of(),
              List.of(new ApplicationEvent("Set", Bytes.utf8(key), Optional.empty())),
              new WriteSet(List.of(new Write(Bytes.utf8(key), written))),
              0));
    }
  }
}
