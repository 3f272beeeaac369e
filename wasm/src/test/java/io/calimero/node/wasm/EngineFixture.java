// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** One engine for the tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineFixture {
  private final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());

  @AfterAll
  void closeEngine() {
    engine.close();
  }

  WasmEngine engine() {
    return engine;
  }

  WasmModule guest(final String name) throws InvalidModuleException {
    return engine.load(Guests.bytes(name));
  }

  WasmModule scripted(final AbiGeneration shape) throws InvalidModuleException {
    return guest(shape == AbiGeneration.SPLIT ? "script-split" : "script-ref");
  }

  CallResult run(final Script script) throws InvalidModuleException {
    return run(script, StateReader.EMPTY);
  }

  CallResult run(final Script script, final StateReader state) throws InvalidModuleException {
    return scripted(script.shape()).call(Guests.call("run", script.toInput()), state);
  }

  static Outcome completed(final CallResult result) {
    assertThat(result).isInstanceOf(CallResult.Completed.class);
    return ((CallResult.Completed) result).outcome();
  }

  static CallResult.Failed failed(final CallResult result) {
    assertThat(result).isInstanceOf(CallResult.Failed.class);
    return (CallResult.Failed) result;
  }

  static String message(final CallResult result) {
    return failed(result).error().message();
  }
}
