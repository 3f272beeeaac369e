// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.WriteSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sample applications, compiled from Rust, over a state that keeps what they write. */
class SampleApplicationsTest extends EngineFixture {
  private final Map<Bytes, Bytes> state = new HashMap<>();

  private WasmModule application(final String name) throws IOException, InvalidModuleException {
    state.clear();
    final Path file = Path.of(System.getProperty("root.dir", ".."), "apps", name, name + ".wasm");
    return engine().load(Bytes.wrap(Files.readAllBytes(file)));
  }

  private CallResult call(final WasmModule module, final String method, final String arguments) {
    return module.call(
        Guests.call(method, Bytes.utf8(arguments)), key -> Optional.ofNullable(state.get(key)));
  }

  private Outcome run(final WasmModule module, final String method, final String arguments) {
    final Outcome outcome = completed(call(module, method, arguments));
    for (final WriteSet.Write write : outcome.writes().writes()) {
      write
          .value()
          .ifPresentOrElse(value -> state.put(write.key(), value), () -> state.remove(write.key()));
    }
    return outcome;
  }

  private static String text(final Outcome outcome) {
    return outcome.returned().map(Bytes::toUtf8).orElse("");
  }

  @Test
  void theKeyValueStoreKeepsWhatIsSet() throws Exception {
    final WasmModule store = application("kv-store");
    assertThat(store.generation()).isEqualTo(AbiGeneration.SPLIT);
    assertThat(store.methods()).contains("init", "set", "get", "entries", "remove", "clear", "len");
    run(store, "init", "{}");
    final Outcome set = run(store, "set", "{\"key\":\"a\",\"value\":\"b\"}");
    assertThat(set.events()).extracting(ApplicationEvent::kind).containsExactly("Inserted");
    final Outcome get = run(store, "get", "{\"key\":\"a\"}");
    assertThat(text(get)).isEqualTo("\"b\"");
    assertThat(get.isReadOnly()).isTrue();
    assertThat(text(run(store, "entries", "{}"))).isEqualTo("{\"a\":\"b\"}");
    run(store, "clear", "{}");
    assertThat(text(run(store, "len", "{}"))).isEqualTo("0");
  }

  @Test
  void theKeyValueStoreTellsAnErrorFromAFailure() throws Exception {
    final WasmModule store = application("kv-store");
    run(store, "init", "{}");
    final GuestError returned = failed(call(store, "get_result", "{\"key\":\"absent\"}")).error();
    assertThat(returned.kind()).isEqualTo(GuestError.Kind.RETURNED);
    assertThat(returned.data()).contains(Bytes.utf8("\"Key not found.\""));
    final GuestError panic = failed(call(store, "get_unchecked", "{\"key\":\"absent\"}")).error();
    assertThat(panic.kind()).isEqualTo(GuestError.Kind.PANIC);
    assertThat(panic.message()).startsWith("guest panicked: Key not found.");
    assertThat(message(call(store, "set", "no JSON")))
        .contains("Failed to deserialize input from JSON");
  }

  @Test
  void theExpensesAreSettled() throws Exception {
    final WasmModule ledger = application("expenses");
    assertThat(ledger.generation()).isEqualTo(AbiGeneration.REF);
    run(ledger, "init", "{\"name\":\"Trip\",\"currency\":\"EUR\"}");
    run(ledger, "join", "{\"name\":\"Ana\"}");
    run(ledger, "add_person", "{\"name\":\"Ben\"}");
    final Outcome added = run(ledger, "add_expense", "{\"description\":\"Taxi\",\"amount\":1250}");
    assertThat(added.events()).extracting(ApplicationEvent::kind).containsExactly("ExpenseAdded");
    assertThat(text(run(ledger, "settle_up", "")))
        .isEqualTo("[{\"from\":\"Ben\",\"to\":\"Ana\",\"amount\":625}]");
  }
}
