// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that trap, exhaust and mislead. */
class HostileGuestsTest extends EngineFixture {

  private CallResult call(final String guest, final String method) throws InvalidModuleException {
    return guest(guest).call(Guests.call(method), StateReader.EMPTY);
  }

  private CallResult hostile(final String method) throws InvalidModuleException {
    return call("hostile", method);
  }

  private static int returnedInt(final CallResult result) {
    return ByteBuffer.wrap(completed(result).returned().orElseThrow().toByteArray())
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt();
  }

  @ParameterizedTest
  @CsvSource({
    "unreachable, unreachable code reached",
    "load_beyond, memory out of bounds",
    "store_beyond, memory out of bounds",
    "fill_beyond, memory out of bounds",
    "divide_by_zero, illegal arithmetic operation",
    "divide_overflow, illegal arithmetic operation",
    "remainder_by_zero, illegal arithmetic operation",
    "convert_nan, illegal arithmetic operation",
    "convert_large, illegal arithmetic operation",
    "call_null, indirect call to null",
    "call_beyond_table, memory out of bounds",
    "table_beyond, memory out of bounds",
    "call_of_another_type, bad signature",
    "recurse_forever, stack overflow",
    "recurse_through_host, stack overflow",
  })
  void everyTrapIsToldInTheClientsWords(final String method, final String message)
      throws InvalidModuleException {
    // More than once, because compiled code must say the same
    for (int i = 0; i < 5; i++) {
      final GuestError error = failed(hostile(method)).error();
      assertThat(error.message()).isEqualTo(message);
      assertThat(error.kind()).isEqualTo(GuestError.Kind.TRAP);
    }
  }

  @Test
  void aTrapKeepsTheLogsAndDropsTheWrites() throws Exception {
    final CallResult.Failed trapped = failed(hostile("write_then_trap"));
    assertThat(trapped.logs()).containsExactly("before");
    assertThat(trapped.error().message()).isEqualTo("unreachable code reached");
    final CallResult.Failed returned = failed(hostile("write_then_err"));
    assertThat(returned.logs()).containsExactly("before");
    assertThat(returned.error().data()).contains(Bytes.utf8("before"));
  }

  @Test
  void recursionEndsOnThreadsOfAnyStackAndHarmsNone() throws Exception {
    final WasmModule module = guest("hostile");
    final Thread small =
        new Thread(
            null,
            () ->
                assertThat(message(module.call(Guests.call("recurse_forever"), StateReader.EMPTY)))
                    .isEqualTo("stack overflow"),
            "a small stack",
            128 * 1024);
    final Throwable[] thrown = new Throwable[1];
    small.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
    small.start();
    small.join();
    assertThat(thrown[0]).isNull();
    completed(hostile("nothing"));
  }

  @Test
  void memoryGrowsUpToTheLimitAndNoFurther() throws Exception {
    assertThat(returnedInt(hostile("grow_forever"))).isEqualTo(1 + 63 * 16);
    final Limits few = pages(40);
    final CallResult result =
        guest("hostile").call(Guests.with(Guests.call("grow_forever"), few), StateReader.EMPTY);
    assertThat(returnedInt(result)).isEqualTo(33);
  }

  @Test
  void aDeclaredMaximumHoldsWhereItIsBelowTheLimit() throws Exception {
    final Bytes grown = completed(call("memory-bounds", "grow")).returned().orElseThrow();
    final ByteBuffer in = ByteBuffer.wrap(grown.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new int[] {in.getInt(), in.getInt(), in.getInt(), in.getInt()})
        .containsExactly(2, -1, 4, 5);
  }

  @Test
  void aModuleThatNeedsMoreThanTheContextAllowsIsALinkError() throws Exception {
    final CallResult result =
        guest("memory-bounds").call(Guests.with(Guests.call("grow"), pages(1)), StateReader.EMPTY);
    assertThat(failed(result).error().kind()).isEqualTo(GuestError.Kind.LINK);
    assertThat(message(result))
        .isEqualTo(
            "link error: the module needs 2 pages of memory, more than the 1 of the context");
  }

  private static Limits pages(final int pages) {
    final Limits d = Limits.DEFAULT;
    return new Limits(
        pages,
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
        d.writes(),
        d.writtenBytes(),
        d.returnSize(),
        d.gas(),
        d.schedule());
  }

  @Test
  void tablesGrowUpToALimit() throws Exception {
    assertThat(returnedInt(hostile("table_grow_forever"))).isEqualTo(90_004);
  }

  @Test
  void everyCallFindsCleanMemory() throws Exception {
    for (int i = 0; i < 3; i++) {
      completed(hostile("grow_and_touch"));
      final ByteBuffer in =
          ByteBuffer.wrap(
                  completed(hostile("is_memory_clean")).returned().orElseThrow().toByteArray())
              .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(in.getLong()).isZero();
      assertThat(in.getLong())
          .isEqualTo(
              Bytes.utf8("before\0\0").asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getLong());
      assertThat(in.getLong()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"memory", "table", "global", "absent", "", "not a name", "start function"})
  void whatIsNoFunctionIsNoMethod(final String method) throws Exception {
    final GuestError error = failed(hostile(method)).error();
    assertThat(error).isEqualTo(GuestError.methodNotFound(method));
    assertThat(error.message()).isEqualTo("method \"" + method + "\" not found");
  }

  @Test
  void aFunctionThatTakesOrReturnsIsNoMethod() throws Exception {
    final GuestError error = failed(hostile("takes_and_returns")).error();
    assertThat(error.kind()).isEqualTo(GuestError.Kind.INVALID_SIGNATURE);
    assertThat(error.message())
        .isEqualTo(
            "method \"takes_and_returns\" has invalid signature: expected no arguments and no"
                + " return value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_start",
        "__calimero_sync_next",
        "exports",
        "constructor",
        "__proto__",
        "env",
        "start"
      })
  void aNameThatMeansSomethingElsewhereIsAName(final String method) throws Exception {
    assertThat(completed(hostile(method)).logs()).containsExactly("before");
  }

  @Test
  void anInitThatTrapsFailsLikeAnyMethod() throws Exception {
    assertThat(message(hostile("init"))).isEqualTo("unreachable code reached");
  }

  @Test
  void aStartFunctionThatTrapsFailsEveryCallAndKeepsItsLogs() throws Exception {
    final CallResult.Failed failed = failed(call("start-traps", "method"));
    assertThat(failed.error().message()).isEqualTo("unreachable code reached");
    assertThat(failed.logs()).containsExactly("starting");
    assertThat(guest("start-traps").methods()).containsExactly("method");
  }

  @Test
  void aStartFunctionRunsOncePerCallWithMemoryAndHostFunctions() throws Exception {
    for (int i = 0; i < 3; i++) {
      final CallResult result = call("start-counts", "count");
      assertThat(completed(result).logs()).containsExactly("started");
      assertThat(completed(result).returned()).contains(Bytes.copyOf(new byte[] {1, 1}));
    }
  }

  @Test
  void dataThatDoesNotFitFailsTheCall() throws Exception {
    assertThat(message(call("bad-data", "method"))).isEqualTo("memory out of bounds");
  }

  /** A guest that has taken the names of what the rewriting adds gets at nothing with them. */
  @Test
  void exportsNamedLikeInternalsAreTheGuestsOwn() throws Exception {
    for (int i = 0; i < 3; i++) {
      final Call burn = Guests.with(Guests.call("burn"), Limits.DEFAULT.withGas(1_000_000));
      assertThat(message(guest("like-internals").call(burn, StateReader.EMPTY)))
          .isEqualTo("out of gas");
      assertThat(completed(call("like-internals", "nothing")).gas()).isEqualTo(16_384 + 1);
      assertThat(message(call("like-internals", "recurse"))).isEqualTo("stack overflow");
    }
  }

  private static Bytes large(final int customSize, final byte... code) {
    final ByteBuffer out =
        ByteBuffer.allocate(customSize + code.length + 200).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0});
    out.put(new byte[] {5, 3, 1, 0, 1});
    out.put(new byte[] {7, 14, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 1, 'f', 0, 0});
    out.put((byte) 10);
    leb(out, code.length + 2 + 4 + 4);
    leb(out.put(new byte[] {(byte) 0x81, (byte) 0x80, (byte) 0x80, 0}), code.length + 2);
    out.put((byte) 0).put(code).put((byte) 0x0b);
    if (customSize > 0) {
      leb(out.put((byte) 0), customSize);
      out.position(out.position() + customSize);
    }
    return Bytes.copyOf(Arrays.copyOf(out.array(), out.position()));
  }

  private static void leb(final ByteBuffer out, final int value) {
    for (int shift = 0; shift < 28; shift += 7) {
      out.put((byte) (((value >>> shift) & 0x7f) | (shift < 21 ? 0x80 : 0)));
    }
  }

  @Test
  void aModuleOfTwentyMebibytesIsTakenAndALargerFunctionIsNot() throws Exception {
    final byte[] nops = new byte[1_000_000];
    Arrays.fill(nops, (byte) 1);
    final WasmModule module = engine().load(large(20 * 1024 * 1024 - nops.length - 200, nops));
    assertThat(completed(module.call(Guests.call("f"), StateReader.EMPTY)).gas())
        .isEqualTo(16_384 + nops.length);
    assertThatThrownBy(() -> engine().load(large(0, new byte[2_000_000])))
        .isInstanceOf(InvalidModuleException.class)
        .hasMessage(
            "a function of the WebAssembly module is 2000002 bytes long, more than the 1048576"
                + " allowed");
  }
}
