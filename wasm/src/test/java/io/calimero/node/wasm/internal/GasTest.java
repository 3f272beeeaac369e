// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.OpCode;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.internal.module.ChicoryMistakes;
import io.calimero.node.wasm.internal.module.RandomModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What the rewriting charges is what a module really runs, and nothing else changes: the module as
 * it came is run by an interpreter that counts its instructions.
 */
class GasTest {
  private static final int MODULES = Integer.getInteger("random.modules", 300) / 3;
  private static final long GAS = 300_000;
  private static final Set<OpCode> FREE =
      EnumSet.of(OpCode.BLOCK, OpCode.LOOP, OpCode.ELSE, OpCode.END);

  /** Ends a run that would cost too much. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void theGasOfACallIsTheNumberOfItsInstructionsAndThePriceOfWhatTheHostDid() throws Exception {
    final long seed = Long.getLong("random.seed", 1);
    int compared = 0;
    for (int i = 0; i < MODULES; i++) {
      final Bytes module = RandomModule.of(seed + i, true);
      final ChicoryEngine rewritten = new ChicoryEngine(module, Limits.SCHEDULE, 1024, i % 10 == 0);
      for (int method = 0; method < RandomModule.METHODS; method++) {
        final Call call = Calls.of("m" + method, Bytes.EMPTY, GAS);
        final CallResult result = Calls.onLargeStack(() -> rewritten.call(call, StateReader.EMPTY));
        if (result instanceof CallResult.Completed(Outcome outcome, _)) {
          assertThat(Calls.onLargeStack(() -> counted(rewritten, module, call)))
              .as("random.seed %d, m%d", seed + i, method)
              .isEqualTo(new CallResult.Completed(outcome));
          compared++;
        }
      }
    }
    assertThat(compared).as("random.seed %d", seed).isGreaterThan(MODULES / 2);
  }

  /** Runs the module as it came, and counts. */
  private static CallResult counted(
      final ChicoryEngine engine, final Bytes module, final Call call) {
    final long[] count = {Rules.PAGE_GAS};
    final Instance instance =
        Instance.builder(Parser.parse(module.toByteArray()))
            .withImportValues(engine.imports())
            .withUnsafeExecutionListener(
                (instruction, stack) -> {
                  ChicoryMistakes.mend(instruction, stack);
                  if (!FREE.contains(instruction.opcode()) && count[0]++ > GAS) {
                    throw new Enough();
                  }
                })
            .build();
    return engine.original(
        instance,
        call,
        gas -> {
          count[0] += gas;
          return call.limits().gas() - count[0];
        });
  }
}
