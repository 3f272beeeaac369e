// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.wasm.Script.Place;
import io.calimero.node.wasm.Script.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every host function in both shapes: what it does when it is used as it should be. */
@ParameterizedClass
@EnumSource(names = {"SPLIT", "REF"})
class HostFunctionsTest extends EngineFixture {
  // Set by JUnit, which injects constructors only where each test has an instance of its own
  @SuppressWarnings("NullAway.Init")
  @Parameter
  AbiGeneration shape;

  private Script script() {
    return new Script(shape);
  }

  /** The values that the operations of a script returned. */
  private static List<Long> results(final Outcome outcome) {
    final ByteBuffer in =
        ByteBuffer.wrap(outcome.returned().orElseThrow().toByteArray())
            .order(ByteOrder.LITTLE_ENDIAN);
    final List<Long> results = new ArrayList<>();
    while (in.hasRemaining()) {
      results.add(in.getLong());
    }
    return results;
  }

  private static StateReader state(final Map<String, String> entries) {
    return key -> Optional.ofNullable(entries.get(key.toUtf8())).map(Bytes::utf8);
  }

  @Test
  void theModuleTellsItsGeneration() throws Exception {
    assertThat(scripted(shape).generation()).isEqualTo(shape);
    assertThat(scripted(shape).methods()).containsExactly("run");
  }

  @Test
  void identitiesAndInputArriveInRegisters() throws Exception {
    final Script script = script();
    final Range context = script.room(32);
    final Range executor = script.room(32);
    final Range both = new Range(context.address(), 64);
    script
        .call("context_id", 1)
        .call("executor_id", 2)
        .call("register_len", 1)
        .call("read_register", 1, context)
        .call("read_register", 2, executor)
        .call("value_return", 0, both);
    final byte[] expected = new byte[64];
    Guests.CONTEXT.hash().copyTo(expected, 0);
    Guests.EXECUTOR.hash().copyTo(expected, 32);
    assertThat(completed(run(script)).returned()).contains(Bytes.wrap(expected));
  }

  @Test
  void aRegisterIsReadOnlyWithItsExactLength() throws Exception {
    final Script script = script();
    final Range room = script.room(40);
    script
        .call("register_len", 4_294_967_294L)
        .call("context_id", 4_294_967_294L)
        .call("register_len", 4_294_967_294L)
        .call("read_register", 4_294_967_294L, new Range(room.address(), 31))
        .call("read_register", 4_294_967_294L, new Range(room.address(), 33))
        .call("read_register", 4_294_967_294L, new Range(room.address(), 32))
        .returnResults(5);
    assertThat(results(completed(run(script)))).containsExactly(-1L, 32L, 0L, 0L, 1L);
  }

  @Test
  void anUnsetRegisterCannotBeRead() throws Exception {
    final Script script = script();
    script.call("read_register", -2, script.room(1));
    assertThat(message(run(script))).isEqualTo("invalid register id: 18446744073709551614");
  }

  @Test
  void theLastReturnedValueCounts() throws Exception {
    final Script script = script();
    script
        .call("value_return", 1, script.text("first"))
        .call("value_return", 0, script.text("second"));
    assertThat(completed(run(script)).returned()).contains(Bytes.utf8("second"));
  }

  @Test
  void nothingReturnedIsNoValueAndNothingWrittenReadsOnly() throws Exception {
    final Outcome outcome = completed(run(script()));
    assertThat(outcome.returned()).isEmpty();
    assertThat(outcome.isReadOnly()).isTrue();
    assertThat(outcome.gas()).isPositive();
  }

  @Test
  void aReturnedErrorReachesTheCallerInFullAndNothingIsWritten() throws Exception {
    final Script script = script();
    final String error = "\"" + "no! ".repeat(10_000) + "\"";
    script
        .call("storage_write", script.text("key"), script.text("value"), 1)
        .call("log_utf8", script.text("about to fail"))
        .call("value_return", 1, script.text(error));
    final CallResult.Failed failed = failed(run(script));
    assertThat(failed.error().kind()).isEqualTo(GuestError.Kind.RETURNED);
    assertThat(failed.error().message()).isEqualTo("the method call returned an error");
    assertThat(failed.error().data()).contains(Bytes.utf8(error));
    assertThat(failed.logs()).containsExactly("about to fail");
  }

  @Test
  void anUnknownReturnTagIsRefused() throws Exception {
    final Script script = script();
    script.call("value_return", 2, script.text("x"));
    assertThat(message(run(script))).isEqualTo("invalid memory access");
  }

  @Test
  void logsAndEventsKeepTheirOrder() throws Exception {
    final Script script = script();
    script
        .call("log_utf8", script.text("één"))
        .call("emit", script.text("Inserted"), script.text("{\"key\":1}"))
        .call("log_utf8", script.text(""))
        .call("emit", script.text("Cleared"), script.text("null"));
    final Outcome outcome = completed(run(script));
    assertThat(outcome.logs()).containsExactly("één", "");
    assertThat(outcome.events())
        .containsExactly(
            new ApplicationEvent("Inserted", Bytes.utf8("{\"key\":1}"), Optional.empty()),
            new ApplicationEvent("Cleared", Bytes.utf8("null"), Optional.empty()));
    assertThat(outcome.isReadOnly()).isFalse();
  }

  @Test
  void readsSeeTheStateAndTheCallsOwnWrites() throws Exception {
    final Script script = script();
    final Range a = script.text("a");
    final Range b = script.text("b");
    final Range old = script.room(3);
    script
        .call("storage_read", a, 1)
        .call("read_register", 1, old)
        .call("storage_read", b, 2)
        .call("storage_write", a, script.text("new a"), 3)
        .call("register_len", 3)
        .call("storage_read", a, 4)
        .call("register_len", 4)
        .call("storage_remove", a, 5)
        .call("register_len", 5)
        .call("storage_read", a, 6)
        .call("storage_remove", a, 6)
        .call("storage_write", a, script.text(""), 6)
        .call("storage_write", b, script.text("bb"), 6)
        .call("log_utf8", old)
        .returnResults(13);
    final Outcome outcome = completed(run(script, state(Map.of("a", "old"))));
    assertThat(results(outcome))
        .containsExactly(1L, 1L, 0L, 1L, 3L, 1L, 5L, 1L, 5L, 0L, 0L, 0L, 0L);
    assertThat(outcome.logs()).containsExactly("old");
    assertThat(outcome.writes().writes())
        .containsExactly(
            new Write(Bytes.utf8("a"), Optional.of(Bytes.EMPTY)),
            new Write(Bytes.utf8("b"), Optional.of(Bytes.utf8("bb"))));
  }

  @Test
  void writesComeInTheOrderOfTheirKeysAndAnEqualValueStillCounts() throws Exception {
    final Script script = script();
    for (final String key : List.of("z", "a", "m", "aa")) {
      script.call("storage_write", script.text(key), script.text("same"), 1);
    }
    script.call("storage_remove", script.text("gone"), 1);
    final Outcome outcome = completed(run(script, state(Map.of("m", "same", "gone", "x"))));
    assertThat(outcome.writes().writes())
        .extracting(write -> write.key().toUtf8())
        .containsExactly("a", "aa", "gone", "m", "z");
    assertThat(outcome.writes().writes().get(2).value()).isEmpty();
  }

  @Test
  void aRegisterIsLeftAloneWhereNothingWasFound() throws Exception {
    final Script script = script();
    script
        .call("context_id", 1)
        .call("storage_read", script.text("absent"), 1)
        .call("storage_remove", script.text("absent"), 1)
        .call("register_len", 1)
        .returnResults(3);
    assertThat(results(completed(run(script)))).containsExactly(0L, 0L, 32L);
  }

  @Test
  void timeIsTheCallsAndGrowsWithEachReading() throws Exception {
    final Script script = script();
    final Range first = script.room(8);
    final Range second = script.room(8);
    script
        .call("time_now", first)
        .call("time_now", second)
        .call("value_return", 0, new Range(first.address(), 16));
    assertThat(results(completed(run(script))))
        .containsExactly(Guests.TIMESTAMP, Guests.TIMESTAMP + 1);
  }

  @Test
  void timeNeedsRoomForEightBytes() throws Exception {
    final Script script = script();
    script.call("time_now", script.room(4));
    assertThat(message(run(script))).isEqualTo("invalid memory access");
  }

  @Test
  void randomBytesAreTheStreamOfTheSeed() throws Exception {
    final Script script = script();
    final Range room = script.room(48);
    script
        .call("random_bytes", new Range(room.address(), 5))
        .call("random_bytes", new Range(room.address() + 5, 0))
        .call("random_bytes", new Range(room.address() + 5, 43))
        .call("value_return", 0, room);
    // The blocks 0 and 1, computed outside of this project's code
    assertThat(
            completed(run(script)).returned().map(b -> HexFormat.of().formatHex(b.toByteArray())))
        .contains(
            "4d0451655f367e5b5120a09d75f2a31059bb63558ccdbe82c24f28ca688879f3"
                + "db09389314912b24dd328fe1df398526");
  }

  @Test
  void commitIsCheckedAndChangesNothing() throws Exception {
    final Script script = script();
    script.call("commit", script.room(32), script.text("artifact"));
    assertThat(completed(run(script)).isReadOnly()).isTrue();

    final Script twice = script();
    twice
        .call("commit", twice.room(32), twice.room(0))
        .call("commit", twice.room(32), twice.room(0));
    assertThat(message(run(twice))).isEqualTo("commit called more than once");

    final Script shortRoot = script();
    shortRoot.call("commit", shortRoot.room(31), shortRoot.room(0));
    assertThat(message(run(shortRoot))).isEqualTo("invalid memory access");
  }

  @Test
  void aPanicSaysWhatAndWhere() throws Exception {
    final Script script = script();
    script
        .call("log_utf8", script.text("before"))
        .call("storage_write", script.text("k"), script.text("v"), 1)
        .call(
            "panic_utf8",
            script.text("Key not found."),
            new Place(script.text("src/lib.rs"), 7, -1));
    final CallResult.Failed failed = failed(run(script));
    assertThat(failed.error().kind()).isEqualTo(GuestError.Kind.PANIC);
    assertThat(failed.error().message())
        .isEqualTo("guest panicked: Key not found. at src/lib.rs:7:4294967295");
    assertThat(failed.logs()).containsExactly("before");

    final Script silent = script();
    silent.call("panic", new Place(silent.text("a.rs"), 1, 2));
    assertThat(message(run(silent))).isEqualTo("guest panicked: explicit panic at a.rs:1:2");
  }

  @Test
  void aPanicOfManyWordsIsCutShort() throws Exception {
    final Script script = script();
    script.call("panic_utf8", new Range(0, 20 * 65_536), new Place(script.text("a.rs"), 1, 2));
    assertThat(message(run(script)).length()).isLessThan(17_000);
  }

  @Test
  void whatReadsOnlyIsStoppedWhereItWouldWrite() throws Exception {
    final Script reads = script();
    reads.call("storage_read", reads.text("a"), 1).call("log_utf8", reads.text("read"));
    reads.call("commit", reads.room(32), reads.room(0));
    assertThat(completed(readOnly(reads)).logs()).containsExactly("read");

    final Script writes = script();
    writes.call("storage_write", writes.text("a"), writes.text("b"), 1).call("unreachable");
    assertThat(readOnly(writes)).isInstanceOf(CallResult.WouldWrite.class);

    final Script removes = script();
    removes.call("storage_remove", removes.text("a"), 1).call("unreachable");
    assertThat(readOnly(removes)).isInstanceOf(CallResult.WouldWrite.class);

    final Script emits = script();
    emits.call("emit", emits.text("a"), emits.text("b")).call("unreachable");
    assertThat(readOnly(emits)).isInstanceOf(CallResult.WouldWrite.class);
  }

  private CallResult readOnly(final Script script) throws InvalidModuleException {
    return scripted(shape)
        .call(
            Guests.with(Guests.call("run", script.toInput()), Access.READ_ONLY), StateReader.EMPTY);
  }
}
