// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.wasm.Script.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The collections that live with the host, and the document of applications in JavaScript. */
class CollectionsTest extends EngineFixture {
  private static final long REGISTER = 9;
  private static final Hash ID = Guests.hash("a collection");
  private static final PublicKey OTHER = new PublicKey(Guests.hash("another executor"));

  private MapState state = new MapState();

  @BeforeEach
  void beginAnew() {
    state = new MapState();
  }

  private static Script script() {
    return new Script(AbiGeneration.REF);
  }

  private static Range id(final Script script) {
    return script.bytes(ID.toByteArray());
  }

  private Outcome done(final Script script, final PublicKey executor) throws Exception {
    final Call call = Guests.by(executor, Guests.call("run", script.toInput()));
    final Outcome outcome = completed(scripted(script.shape()).call(call, state));
    state.apply(outcome.writes());
    return outcome;
  }

  private Outcome done(final Script script) throws Exception {
    return done(script, Guests.EXECUTOR);
  }

  private List<Long> results(final Script script, final int count) throws Exception {
    final ByteBuffer in =
        done(script.returnResults(count))
            .returned()
            .orElseThrow()
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    final List<Long> results = new ArrayList<>();
    while (in.hasRemaining()) {
      results.add(in.getLong());
    }
    return results;
  }

  private String register(final Script script, final int length) throws Exception {
    final Range room = script.room(length);
    script.call("read_register", REGISTER, room).call("value_return", 0, room);
    return HexFormat.of().formatHex(done(script).returned().orElseThrow().toByteArray());
  }

  @Test
  void aNewCollectionHasANameOfItsOwnAndWritesNothing() throws Exception {
    for (final String kind :
        List.of(
            "js_crdt_map_new",
            "js_crdt_vector_new",
            "js_crdt_set_new",
            "js_crdt_lww_new",
            "js_crdt_counter_new",
            "js_user_storage_new",
            "js_frozen_storage_new")) {
      final Script script = script();
      final Range first = script.room(32);
      final Range second = script.room(32);
      script
          .call(kind, 1)
          .call(kind, 2)
          .call("read_register", 1, first)
          .call("read_register", 2, second)
          .call("value_return", 0, new Range(first.address(), 64));
      final Outcome outcome = done(script);
      assertThat(outcome.isReadOnly()).isTrue();
      final String both = HexFormat.of().formatHex(outcome.returned().orElseThrow().toByteArray());
      assertThat(both.substring(0, 64)).isNotEqualTo(both.substring(64));
    }
  }

  @Test
  void aMapKeepsEntriesInTheOrderOfTheirKeys() throws Exception {
    final Script script = script();
    final Range id = id(script);
    final Range key = script.text("key");
    script
        .call("js_crdt_map_insert", id, key, script.text("one"), REGISTER)
        .call("js_crdt_map_insert", id, key, script.text("two"), REGISTER)
        .call("register_len", REGISTER)
        .call("js_crdt_map_get", id, key, REGISTER)
        .call("js_crdt_map_get", id, script.text("none"), REGISTER)
        .call("register_len", REGISTER)
        .call("js_crdt_map_contains", id, key)
        .call("js_crdt_map_insert", id, script.text("a"), script.text("v"), REGISTER)
        .call("js_crdt_map_remove", id, script.text("none"), REGISTER);
    assertThat(results(script, 9)).containsExactly(0L, 1L, 3L, 1L, 0L, 0L, 1L, 0L, 0L);
    final Script list = script();
    assertThat(register(list.call("js_crdt_map_iter", id(list), REGISTER), 28))
        .isEqualTo(
            "02000000"
                + "01000000"
                + "61"
                + "01000000"
                + "76"
                + "03000000"
                + "6b6579"
                + "03000000"
                + "74776f");
    final Script remove = script();
    remove.call("js_crdt_map_remove", id(remove), remove.text("key"), REGISTER);
    assertThat(register(remove, 3)).isEqualTo("74776f");
  }

  @Test
  void aVectorIsPushedReadAndPopped() throws Exception {
    final Script script = script();
    final Range id = id(script);
    script
        .call("js_crdt_vector_pop", id, REGISTER)
        .call("js_crdt_vector_push", id, script.text("a"))
        .call("js_crdt_vector_push", id, script.text("bb"))
        .call("js_crdt_vector_get", id, 1, REGISTER)
        .call("register_len", REGISTER)
        .call("js_crdt_vector_get", id, 2, REGISTER)
        .call("js_crdt_vector_get", id, -1, REGISTER)
        .call("js_crdt_vector_pop", id, REGISTER)
        .call("register_len", REGISTER);
    assertThat(results(script, 9)).containsExactly(0L, 1L, 1L, 1L, 2L, 0L, 0L, 1L, 2L);
    final Script length = script();
    assertThat(register(length.call("js_crdt_vector_len", id(length), REGISTER), 8))
        .isEqualTo("0100000000000000");
  }

  @Test
  void aSetHoldsEachValueOnce() throws Exception {
    final Script script = script();
    final Range id = id(script);
    final Range value = script.text("value");
    script
        .call("js_crdt_set_insert", id, value)
        .call("js_crdt_set_insert", id, value)
        .call("js_crdt_set_contains", id, value)
        .call("js_crdt_set_remove", id, script.text("none"))
        .call("js_crdt_set_len", id, REGISTER)
        .call("js_crdt_set_insert", id, script.text("other"))
        .call("js_crdt_set_remove", id, value)
        .call("js_crdt_set_contains", id, value);
    assertThat(results(script, 8)).containsExactly(1L, 0L, 1L, 0L, 1L, 1L, 1L, 0L);
    final Script list = script();
    assertThat(register(list.call("js_crdt_set_iter", id(list), REGISTER), 13))
        .isEqualTo("01000000" + "05000000" + "6f74686572");
    final Script clear = script();
    clear
        .call("js_crdt_set_clear", id(clear))
        .call("js_crdt_set_clear", id(clear))
        .call("js_crdt_set_contains", id(clear), clear.text("other"));
    assertThat(results(clear, 3)).containsExactly(1L, 0L, 0L);
    assertThat(state.size()).isZero();
  }

  @Test
  void theLastWriteOfARegisterWinsAndTellsItsTime() throws Exception {
    final Script script = script();
    final Range id = id(script);
    final Range value = script.text("v");
    script
        .call("js_crdt_lww_get", id, REGISTER)
        .call("js_crdt_lww_timestamp", id, REGISTER)
        .call("js_crdt_lww_set", id, value, 1)
        .call("js_crdt_lww_set", id, value, 1)
        .call("js_crdt_lww_get", id, REGISTER)
        .call("register_len", REGISTER);
    assertThat(results(script, 6)).containsExactly(0L, 0L, 1L, 0L, 1L, 1L);
    final Script time = script();
    final String stamp = register(time.call("js_crdt_lww_timestamp", id(time), REGISTER), 24);
    // 1 700 000 000 s in units of 2^-32 s, little-endian, then half the executor's key
    assertThat(stamp)
        .isEqualTo(
            "0000000000f15365"
                + HexFormat.of().formatHex(Guests.EXECUTOR.hash().toByteArray(), 0, 16));
    final Script empty = script();
    empty.call("js_crdt_lww_set", id(empty), 0, 0).call("js_crdt_lww_get", id(empty), REGISTER);
    assertThat(results(empty, 2)).containsExactly(1L, 0L);
  }

  @Test
  void aCounterCountsByExecutor() throws Exception {
    for (final PublicKey executor : List.of(Guests.EXECUTOR, OTHER, OTHER)) {
      final Script script = script();
      done(script.call("js_crdt_counter_increment", id(script)), executor);
    }
    final Script sum = script();
    assertThat(register(sum.call("js_crdt_counter_value", id(sum), REGISTER), 8))
        .isEqualTo("0300000000000000");
    final Script own = script();
    own.call("js_crdt_counter_get_executor_count", id(own), 0, 0, REGISTER);
    assertThat(register(own, 8)).isEqualTo("0100000000000000");
    final Script other = script();
    final Range whose = other.bytes(OTHER.hash().toByteArray());
    other.call("js_crdt_counter_get_executor_count", id(other), whose, 1, REGISTER);
    assertThat(register(other, 8)).isEqualTo("0200000000000000");
  }

  @Test
  void aUserKeepsOneValueThatOthersCanRead() throws Exception {
    final Script script = script();
    final Range id = id(script);
    final Range me = script.bytes(Guests.EXECUTOR.hash().toByteArray());
    final Range other = script.bytes(OTHER.hash().toByteArray());
    script
        .call("js_user_storage_contains", id)
        .call("js_user_storage_insert", id, script.text("mine"), REGISTER)
        .call("js_user_storage_insert", id, script.text("again"), REGISTER)
        .call("js_user_storage_get", id, REGISTER)
        .call("register_len", REGISTER)
        .call("js_user_storage_contains_user", id, me)
        .call("js_user_storage_contains_user", id, other)
        .call("js_user_storage_get_for_user", id, me, REGISTER)
        .call("js_user_storage_get_for_user", id, other, REGISTER)
        .call("js_user_storage_remove", id, REGISTER)
        .call("js_user_storage_contains", id);
    assertThat(results(script, 11)).containsExactly(0L, 0L, 1L, 1L, 5L, 1L, 0L, 1L, 0L, 1L, 0L);
  }

  @Test
  void aFrozenValueIsFoundByItsDigest() throws Exception {
    final Script script = script();
    final Range id = id(script);
    script.call("js_frozen_storage_add", id, script.text("ice"), REGISTER);
    final Hash digest = Hash.sha256(Bytes.utf8("ice").unsafeArray());
    assertThat(register(script, 32)).isEqualTo(HexFormat.of().formatHex(digest.toByteArray()));
    final Script read = script();
    final Range name = read.bytes(digest.toByteArray());
    read.call("js_frozen_storage_contains", id(read), name)
        .call("js_frozen_storage_get", id(read), name, REGISTER)
        .call("register_len", REGISTER)
        .call("js_frozen_storage_contains", id(read), id(read));
    assertThat(results(read, 4)).containsExactly(1L, 1L, 3L, 0L);
  }

  @Test
  void theDocumentIsKeptAndWrittenOnlyWhenItChanges() throws Exception {
    final Script script = script();
    final Range document = script.text("{\"a\":1}");
    script
        .call("read_root_state", REGISTER)
        .call("flush_delta")
        .call("persist_root_state", document, 1, 2)
        .call("read_root_state", REGISTER)
        .call("flush_delta")
        .call("apply_storage_delta", document);
    assertThat(results(script, 4)).containsExactly(0L, 0L, 1L, 1L);
    final Script again = script();
    assertThat(done(again.call("persist_root_state", again.text("{\"a\":1}"), 1, 3)).isReadOnly())
        .isTrue();
  }

  @Test
  void aNameOfTheWrongLengthIsToldInTheRegister() throws Exception {
    final Script script = script();
    final Range shortId = script.text("short");
    script
        .call("js_crdt_map_get", shortId, script.text("k"), REGISTER)
        .call("register_len", REGISTER)
        .call("js_user_storage_get_for_user", id(script), shortId, REGISTER)
        .call("js_frozen_storage_get", id(script), shortId, REGISTER)
        .call("js_crdt_counter_get_executor_count", id(script), shortId, 1, REGISTER);
    assertThat(results(script, 5)).containsExactly(-1L, 43L, -1L, -1L, -1L);
  }

  @Test
  void twoRunsOfTheSameCallsMakeTheSameWrites() throws Exception {
    final List<Outcome> outcomes = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      state = new MapState();
      final Script script = script();
      final Range id = id(script);
      for (int i = 0; i < 50; i++) {
        script.call("js_crdt_set_insert", id, script.text("value " + i));
        script.call("js_crdt_map_insert", id, script.text("k" + i), script.text("v"), REGISTER);
      }
      script.call("js_crdt_set_iter", id, REGISTER).call("js_crdt_map_iter", id, 3);
      outcomes.add(done(script));
    }
    assertThat(outcomes.getFirst().digest()).isEqualTo(outcomes.getLast().digest());
  }
}
