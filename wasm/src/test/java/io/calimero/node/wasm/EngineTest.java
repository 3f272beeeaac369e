// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import org.junit.jupiter.api.Test;

class EngineTest {

  @Test
  void theTestsRunCompiledAsTheNodeDoes() {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults().requiringCompiler())) {
      assertThat(engine.mode().compiled()).isTrue();
      assertThat(engine.mode().reason()).isEmpty();
      assertThat(engine.mode().toString()).startsWith("compiled (").contains("25.0.2");
    }
  }

  @Test
  void aMethodRunsAndItsOutcomeComesBack() throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final WasmModule module = engine.load(Guests.bytes("script-split"));
      final Script script = new Script(AbiGeneration.SPLIT);
      final Script.Range key = script.text("key");
      script.call("storage_write", key, script.text("value"), 1).call("value_return", 0, key);
      assertThat(module.call(Guests.call("run", script.toInput()), StateReader.EMPTY))
          .isInstanceOfSatisfying(
              CallResult.Completed.class,
              completed -> {
                assertThat(completed.outcome().returned()).contains(Bytes.utf8("key"));
                assertThat(completed.outcome().writes().writes()).hasSize(1);
              });
    }
  }
}
