// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Limits;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gas: what is charged, and what happens when it is used up. */
class MeteringTest extends EngineFixture {
  /** For two pages at the beginning of each call. */
  private static final long MEMORY = 2 * 16_384;

  private static final StateReader ROW = key -> Optional.of(Bytes.wrap(new byte[500]));

  private CallResult call(final String method, final Limits limits) throws InvalidModuleException {
    return guest("gas").call(Guests.with(Guests.call(method), limits), ROW);
  }

  /** The schedule of docs/applications.md, counted by hand. */
  @ParameterizedTest
  @CsvSource({
    "nothing, 0",
    "three, 3",
    "branch, 4",
    // the variable, two instructions before the loop, six in each round
    "ten_rounds, 63",
    "early, 1",
    // the call, and in it three variables and one instruction
    "call, 5",
    "grow, 49155",
    "grow_in_vain, 3",
    "fill, 10004",
    "copy, 516",
    "init, 5",
    "table_grow, 54",
    "table_fill, 14",
    // seven instructions; the row, fetched for what it replaces: 10 and 500 bytes; 110 copied
    "write, 11627",
    "read, 2525",
    "random, 2003"
  })
  void gasIsWhatTheScheduleSays(final String method, final long gas) throws Exception {
    assertThat(completed(call(method, Limits.DEFAULT)).gas()).isEqualTo(MEMORY + gas);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "three", "branch", "ten_rounds", "call", "grow", "write"})
  void theLastUnitDecides(final String method) throws Exception {
    final long gas = completed(call(method, Limits.DEFAULT)).gas();
    assertThat(completed(call(method, Limits.DEFAULT.withGas(gas))).gas()).isEqualTo(gas);
    assertThat(message(call(method, Limits.DEFAULT.withGas(gas - 1)))).isEqualTo("out of gas");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop_forever", "loop_calling", "fill_forever", "random_forever", "grow"})
  void whatHasNoEndRunsOutOfGasAndOthersGoOn(final String method) throws Exception {
    for (int i = 0; i < 3; i++) {
      final GuestError error = failed(call(method, Limits.DEFAULT.withGas(MEMORY + 2_000))).error();
      assertThat(error).isEqualTo(GuestError.trap("out of gas"));
      assertThat(completed(call("three", Limits.DEFAULT)).gas()).isEqualTo(MEMORY + 3);
    }
  }

  @Test
  void theDefaultBudgetEndsAnEndlessLoop() throws Exception {
    assertThat(Limits.DEFAULT.gas()).isEqualTo(1_000_000_000);
    assertThat(message(call("loop_forever", Limits.DEFAULT))).isEqualTo("out of gas");
  }

  @Test
  void aCallWithoutGasForItsMemoryDoesNotBegin() throws Exception {
    assertThat(message(call("nothing", Limits.DEFAULT.withGas(MEMORY - 1))))
        .isEqualTo("out of gas");
    assertThat(message(call("nothing", Limits.DEFAULT.withGas(0)))).isEqualTo("out of gas");
  }

  @Test
  void outOfGasKeepsTheLogsLikeAnyTrap() throws Exception {
    final CallResult.Failed failed = failed(call("log_then_loop", Limits.DEFAULT.withGas(100_000)));
    assertThat(failed.error().message()).isEqualTo("out of gas");
    assertThat(failed.logs()).containsExactly("");
  }

  @Test
  void aContextFromBeforeThereWasMeteringIsNotMetered() throws Exception {
    final Limits old = Limits.DEFAULT.metered(Limits.UNMETERED, 0);
    assertThat(completed(call("ten_rounds", old)).gas()).isZero();
    assertThat(completed(call("write", old)).gas()).isZero();
    assertThat(completed(call("ten_rounds", Limits.DEFAULT)).gas()).isPositive();
  }

  @Test
  void aScheduleOfTheFutureIsThisNodesFaultAndNoOutcome() throws Exception {
    assertThat(call("nothing", Limits.DEFAULT.metered(99, 1_000_000)))
        .isInstanceOfSatisfying(
            CallResult.Interrupted.class,
            interrupted -> assertThat(interrupted.reason()).contains("gas schedule 99"));
  }

  @Test
  void gasIsTheSameColdAndWarmFreshAndReused() throws Exception {
    final long first = completed(call("write", Limits.DEFAULT)).gas();
    for (int i = 0; i < 2_000; i++) {
      assertThat(completed(call("write", Limits.DEFAULT)).gas()).isEqualTo(first);
    }
  }
}
