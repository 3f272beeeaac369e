// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.GuestError;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.Script.Place;
import io.calimero.node.wasm.Script.Range;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the host functions refuse, in both shapes. */
@ParameterizedClass
@EnumSource(names = {"SPLIT", "REF"})
class HostLimitsTest extends EngineFixture {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** The size of the script guests' memory. */
  private static final long MEMORY = 20 * 65_536;

  // Set by JUnit, which injects constructors only where each test has an instance of its own
  @SuppressWarnings("NullAway.Init")
  @Parameter
  AbiGeneration shape;

  private Script script() {
    return new Script(shape);
  }

  private void flood(
      final int allowed, final String overflow, final BiConsumer<Script, Integer> call)
      throws InvalidModuleException {
    final Script within = script();
    final Script beyond = script();
    for (int i = 0; i < allowed; i++) {
      call.accept(within, i);
      call.accept(beyond, i);
    }
    call.accept(beyond, allowed);
    completed(run(within));
    assertThat(message(run(beyond))).isEqualTo(overflow);
  }

  @Test
  void logsAreCounted() throws Exception {
    flood(1024, "logs overflow", (script, i) -> script.call("log_utf8", new Range(0, 1)));
  }

  @Test
  void eventsAreCounted() throws Exception {
    flood(
        100,
        "events overflow",
        (script, i) -> script.call("emit", new Range(0, 1), new Range(0, 1)));
  }

  @Test
  void registersAreCounted() throws Exception {
    // One of them holds the script itself
    flood(99, "invalid memory access", (script, i) -> script.call("context_id", 1000 + i));
  }

  @Test
  void aRegisterSetAgainCountsOnce() throws Exception {
    final Script script = script();
    for (int i = 0; i < 300; i++) {
      script.call("context_id", 5);
    }
    completed(run(script));
  }

  @Test
  void registersTogetherHaveACapacity() throws Exception {
    final Script script = script();
    for (int i = 0; i < 10; i++) {
      script.call("context_id", 100 + i);
    }
    final long input = script.toInput().length();
    final Limits exact = capacity(input + 8 + 10 * 40);
    final Limits short1 = capacity(input + 8 + 10 * 40 - 1);
    final Call call = Guests.call("run", script.toInput());
    completed(scripted(shape).call(Guests.with(call, exact), StateReader.EMPTY));
    assertThat(message(scripted(shape).call(Guests.with(call, short1), StateReader.EMPTY)))
        .isEqualTo("invalid memory access");
  }

  private static Limits capacity(final long capacity) {
    final Limits d = Limits.DEFAULT;
    return new Limits(
        d.memoryPages(),
        d.registers(),
        d.registerSize(),
        capacity,
        d.logs(),
        d.logSize(),
        d.events(),
        d.eventKindSize(),
        d.eventDataSize(),
        d.keySize(),
        d.valueSize(),
        d.writes(),
        d.writtenBytes(),
        d.returnSize(),
        d.gas(),
        d.schedule());
  }

  static Limits writes(final int writes, final long bytes) {
    final Limits d = Limits.DEFAULT;
    return new Limits(
        d.memoryPages(),
        d.registers(),
        d.registerSize(),
        d.registerCapacity(),
        d.logs(),
        d.logSize(),
        d.events(),
        d.eventKindSize(),
        d.eventDataSize(),
        d.keySize(),
        d.valueSize(),
        writes,
        bytes,
        d.returnSize(),
        d.gas(),
        d.schedule());
  }

  @Test
  void writesAreCountedAndWeighed() throws Exception {
    final Script script = script();
    script
        .call("storage_write", script.text("key"), script.text("12345"), 1)
        .call("storage_write", script.text("key"), script.text("12345"), 1)
        .call("storage_remove", script.text("key"), 1);
    final Call call = Guests.call("run", script.toInput());
    completed(scripted(shape).call(Guests.with(call, writes(3, 19)), StateReader.EMPTY));
    for (final Limits limits : List.of(writes(2, 19), writes(3, 18))) {
      assertThat(message(scripted(shape).call(Guests.with(call, limits), StateReader.EMPTY)))
          .isEqualTo("storage writes overflow");
    }
  }

  private void sized(final int allowed, final String overflow, final BiConsumer<Script, Range> call)
      throws InvalidModuleException {
    final Script within = script().call("memory_grow", 400);
    call.accept(within, new Range(2 * MIB, allowed));
    completed(run(within));
    final Script beyond = script().call("memory_grow", 400);
    call.accept(beyond, new Range(2 * MIB, allowed + 1));
    assertThat(message(run(beyond))).isEqualTo(overflow);
    final Script absurd = script();
    call.accept(absurd, new Range(0, -1));
    assertThat(message(run(absurd))).isEqualTo(overflow);
  }

  @Test
  void everythingHasASize() throws Exception {
    sized(16 * KIB, "logs overflow", (s, range) -> s.call("log_utf8", range));
    sized(100, "event kind size overflow", (s, range) -> s.call("emit", range, new Range(0, 0)));
    sized(
        16 * KIB, "event data size overflow", (s, range) -> s.call("emit", new Range(0, 0), range));
    sized(MIB, "key length overflow", (s, range) -> s.call("storage_read", range, 1));
    sized(MIB, "key length overflow", (s, range) -> s.call("storage_remove", range, 1));
    sized(
        MIB,
        "key length overflow",
        (s, range) -> s.call("storage_write", range, new Range(0, 0), 1));
    sized(
        10 * MIB,
        "value length overflow",
        (s, range) -> s.call("storage_write", new Range(0, 1), range, 1));
    sized(16 * MIB, "value length overflow", (s, range) -> s.call("value_return", 0, range));
    sized(
        16 * MIB, "value length overflow", (s, range) -> s.call("commit", new Range(0, 32), range));
  }

  @Test
  void textMustBeUtf8() throws Exception {
    final byte[][] bad = {{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, 0}};
    for (final byte[] bytes : bad) {
      for (final String function : List.of("log_utf8", "emit", "panic_utf8")) {
        final Script script = script();
        final Range text = script.bytes(bytes);
        switch (function) {
          case "emit" -> script.call(function, text, text);
          case "panic_utf8" -> script.call(function, text, new Place(script.text("f"), 1, 1));
          default -> script.call(function, text);
        }
        final GuestError error = failed(run(script)).error();
        assertThat(error.message()).isEqualTo("invalid UTF-8 string");
        assertThat(error.kind()).isEqualTo(GuestError.Kind.HOST);
      }
    }
  }

  /** Ranges that do not lie in the memory, and how each is told. */
  private static final List<Range> OUTSIDE =
      List.of(
          new Range(MEMORY, 1),
          new Range(MEMORY - 1, 2),
          new Range(MEMORY + 1, 0),
          new Range(0xffff_ffffL, 1),
          new Range(Long.MAX_VALUE, 1),
          new Range(Long.MIN_VALUE, 1),
          new Range(Long.MIN_VALUE, 32),
          new Range(-1, 0));

  @Test
  void rangesMustLieInTheMemory() throws Exception {
    for (final Range range : OUTSIDE) {
      assertThat(message(run(script().call("random_bytes", range))))
          .as("%s", range)
          .isEqualTo("invalid memory access");
      assertThat(message(run(script().call("value_return", 0, range))))
          .as("%s", range)
          .isEqualTo("invalid memory access");
    }
    for (final Range range : List.of(new Range(-1, 1), new Range(1, -1), new Range(-8, 8))) {
      assertThat(message(run(script().call("random_bytes", range))))
          .as("%s", range)
          .isEqualTo("integer overflow");
    }
    completed(run(script().call("value_return", 0, new Range(MEMORY, 0))));
    completed(run(script().call("value_return", 0, new Range(MEMORY - 1, 1))));
  }

  @Test
  void aRangeMayLieInMemoryThatWasJustGrown() throws Exception {
    final Range grown = new Range(MEMORY + 65_535, 1);
    assertThat(message(run(script().call("random_bytes", grown))))
        .isEqualTo("invalid memory access");
    completed(run(script().call("memory_grow", 1).call("random_bytes", grown)));
  }

  @Test
  void noArgumentWhateverMakesAnythingButAResult() throws Exception {
    final long[] numbers = {0, 1, -1, 8, MEMORY - 8, MEMORY, Long.MAX_VALUE, Long.MIN_VALUE, -16};
    for (final String operation :
        List.of(
            "panic",
            "panic_utf8",
            "register_len",
            "read_register",
            "context_id",
            "executor_id",
            "input",
            "value_return",
            "log_utf8",
            "emit",
            "commit",
            "storage_read",
            "storage_write",
            "storage_remove",
            "random_bytes",
            "time_now")) {
      for (final long first : numbers) {
        for (final long second : numbers) {
          final Script script = script();
          script.raw(
              Script.operation(operation), first, second, second, first, second, first, second);
          assertThat(run(script))
              .isInstanceOfAny(CallResult.Completed.class, CallResult.Failed.class);
        }
      }
    }
  }
}
