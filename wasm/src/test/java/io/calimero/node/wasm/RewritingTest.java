// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.InvalidModuleException.Code;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the rewriting must keep, must change, and must not let a guest reach. */
class RewritingTest extends EngineFixture {

  private ByteBuffer returned(final String guest, final String method) throws Exception {
    return returned(guest, method, Limits.DEFAULT);
  }

  private ByteBuffer returned(final String guest, final String method, final Limits limits)
      throws Exception {
    final CallResult result =
        guest(guest).call(Guests.with(Guests.call(method), limits), StateReader.EMPTY);
    return ByteBuffer.wrap(completed(result).returned().orElseThrow().toByteArray())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void everyNanOfArithmeticIsTheCanonicalOne() throws Exception {
    // Often enough to be compiled
    for (int round = 0; round < 200; round++) {
      final ByteBuffer bits = returned("nans", "arithmetic");
      for (int i = 0; i < 8; i++) {
        assertThat(bits.getInt()).as("float %d", i).isEqualTo(0x7fc00000);
      }
      for (int i = 0; i < 4; i++) {
        assertThat(bits.getLong()).as("double %d", i).isEqualTo(0x7ff8000000000000L);
      }
      // copysign and neg work on the canonical one, and only change its sign
      assertThat(bits.getLong()).isEqualTo(0xfff8000000000000L);
      assertThat(bits.getInt()).isEqualTo(0xffc00000);
    }
  }

  @Test
  void aNanThatOnlyMovesKeepsItsBits() throws Exception {
    for (int round = 0; round < 200; round++) {
      final ByteBuffer bits = returned("nans", "moves");
      assertThat(new int[] {bits.getInt(), bits.getInt(), bits.getInt(), bits.getInt()})
          .containsExactly(0xffa0c123, 0x7fa0c123, 0x7fa0c123, 0x7fa0c123);
      assertThat(new int[] {bits.getInt(), bits.getInt()}).containsExactly(0xffa0c123, 0xffa0c123);
    }
  }

  @Test
  void everyWayOutOfAFunctionGivesItsResultsAndTheStackBack() throws Exception {
    for (final int schedule : new int[] {Limits.UNMETERED, Limits.SCHEDULE}) {
      final ByteBuffer numbers =
          returned("returns", "all", Limits.DEFAULT.metered(schedule, Limits.DEFAULT_GAS));
      final List<Integer> found = new ArrayList<>();
      while (numbers.hasRemaining()) {
        found.add(numbers.getInt());
      }
      assertThat(found).containsExactly(40, 10, 20, 30, 11, 15, 900);
    }
  }

  @Test
  void anInstanceThatIsUsedAgainIsAsGoodAsNew() throws Exception {
    try (WasmEngine other = WasmEngine.create(EngineOptions.defaults())) {
      final Bytes fresh =
          completed(other.load(Guests.bytes("dirty")).call(Guests.call("look"), StateReader.EMPTY))
              .returned()
              .orElseThrow();
      final ByteBuffer seen = fresh.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      assertThat(seen.getInt(0)).isEqualTo(11);
      assertThat(seen.getLong(8)).isEqualTo(-12);
      assertThat(seen.getInt(16)).isEqualTo(0x7f800123);
      assertThat(seen.getDouble(24)).isEqualTo(1.5);
      assertThat(new int[] {seen.getInt(32), seen.getInt(36), seen.getInt(40), seen.getInt(44)})
          .containsExactly(0, 1, 2, 17);
      assertThat(new String(fresh.toByteArray(), 131_060, 7, StandardCharsets.UTF_8))
          .isEqualTo("the end");
      for (final String dirty :
          List.of(
              "dirty",
              "dirty_and_grow",
              "dirty_and_trap",
              "dirty_and_recurse",
              "dirty_and_err",
              "look")) {
        for (int i = 0; i < 3; i++) {
          assertThat(guest("dirty").call(Guests.call(dirty), StateReader.EMPTY))
              .isInstanceOfAny(CallResult.Completed.class, CallResult.Failed.class);
          assertThat(
                  completed(guest("dirty").call(Guests.call("look"), StateReader.EMPTY)).returned())
              .as("after %s", dirty)
              .contains(fresh);
        }
      }
    }
  }

  @Test
  void tablesAndSegmentsAreNewForEachCall() throws Exception {
    for (int i = 0; i < 3; i++) {
      completed(guest("dirty-table").call(Guests.call("dirty"), StateReader.EMPTY));
      final ByteBuffer seen = returned("dirty-table", "look");
      assertThat(new int[] {seen.getInt(16), seen.getInt(20), seen.getInt(24)})
          .containsExactly(1, 4, 1);
      final byte[] data = new byte[7];
      seen.get(32, data);
      assertThat(new String(data, StandardCharsets.UTF_8)).isEqualTo("passive");
    }
  }

  /** A module with one memory, one method, one global variable, and that body. */
  private static Bytes module(final int... body) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0});
    out.writeBytes(new byte[] {5, 3, 1, 0, 1, 6, 6, 1, 0x7f, 1, 0x41, 0, 0x0b});
    out.writeBytes(new byte[] {7, 14, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 1, 'f', 0, 0});
    out.write(10);
    out.write(body.length + 4);
    out.write(1);
    out.write(body.length + 2);
    out.write(0);
    for (final int b : body) {
      out.write(b);
    }
    out.write(0x0b);
    return Bytes.wrap(out.toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fd 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 1a | SIMD (vectors) | 0xfd 0x0c",
        "fd 80 02 1a | relaxed SIMD | 0xfd 0x100",
        "41 00 fe 10 02 00 1a | threads (atomic instructions) | 0xfe 0x10",
        "12 00 | tail calls | 0x12",
        "06 40 0b | exceptions | 0x06",
        "14 00 | typed function references | 0x14",
        "fb 00 00 | garbage collection | 0xfb 0x00",
        "fc 7f | an unknown instruction | 0xfc 0x7f",
        "ff | an unknown instruction | 0xff",
      })
  void whatTheRewriterDoesNotKnowIsRefusedByNameAndPlace(
      final String body, final String feature, final String number) {
    final int[] bytes =
        Arrays.stream(body.trim().split(" ")).mapToInt(b -> Integer.parseInt(b, 16)).toArray();
    final int place = 52 + (body.startsWith("41") ? 2 : 0);
    assertThatThrownBy(() -> engine().load(module(bytes)))
        .isInstanceOfSatisfying(
            InvalidModuleException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID))
        .hasMessage(
            "the WebAssembly module uses "
                + feature
                + ", which this node does not offer (instruction "
                + number
                + " in function 0 at byte "
                + place
                + ")");
  }

  @ParameterizedTest
  @CsvSource({
    // The gas, as the global variable behind the module's own, and what else is added
    "42 00 24 01, there is no global variable 1",
    "23 02 1a, there is no global variable 2",
    "10 01, there is no function 1",
    "d2 02 1a, there is no function 2",
    "20 00 1a, there is no local variable 0",
    "02 01 0b, there is no type 1",
    "41 00 11 02 00, there is no type 2",
    "0c 01, there is no label 1",
  })
  void whatTheRewriterAddsIsOutOfReach(final String body, final String why) {
    final int[] bytes =
        Arrays.stream(body.trim().split(" ")).mapToInt(b -> Integer.parseInt(b, 16)).toArray();
    assertThatThrownBy(() -> engine().load(module(bytes)))
        .isInstanceOf(InvalidModuleException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aModuleOfThatShapeLoads() throws Exception {
    final WasmModule module = engine().load(module(0x23, 0, 0x1a));
    assertThat(module.methods()).containsExactly("f");
    completed(module.call(Guests.call("f"), StateReader.EMPTY));
  }
}
