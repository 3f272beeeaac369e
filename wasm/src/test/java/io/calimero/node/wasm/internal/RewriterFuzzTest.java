// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.internal.module.ModuleParser;
import io.calimero.node.wasm.internal.module.ModuleRewriter;
import io.calimero.node.wasm.internal.module.RandomModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.junit.jupiter.api.Test;

/** Modules that were damaged: the rewriter refuses them or makes a module as valid as they were. */
class RewriterFuzzTest {
  private static final int MODULES = Integer.getInteger("random.modules", 300);
  private static final Rules RULES = Rules.of(Limits.SCHEDULE).orElseThrow();

  private static byte[] damaged(final byte[] good, final Random random) {
    final byte[] bytes = good.clone();
    for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
      final int place = 8 + random.nextInt(bytes.length - 8);
      switch (random.nextInt(4)) {
        case 0 -> bytes[place] = (byte) random.nextInt(256);
        case 1 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[place]++;
        default -> {
          final int length = Math.min(1 + random.nextInt(8), bytes.length - place);
          System.arraycopy(
              bytes, 8 + random.nextInt(bytes.length - 8 - length), bytes, place, length);
        }
      }
    }
    return random.nextInt(10) == 0
        ? Arrays.copyOf(bytes, 8 + random.nextInt(bytes.length - 8))
        : bytes;
  }

  private static Optional<Bytes> rewritten(final byte[] module, final String which) {
    try {
      return Optional.of(
          ModuleRewriter.rewrite(ModuleParser.parse(Bytes.wrap(module)), RULES, 1024).bytes());
    } catch (final InvalidModuleException e) {
      assertThat(e).as(which).message().contains("WebAssembly module");
      return Optional.empty();
    } catch (final RuntimeException | Error e) {
      throw new AssertionError(which, e);
    }
  }

  @Test
  void nothingButARefusalComesOfADamagedModule() {
    final long seed = Long.getLong("random.seed", 1);
    final Random random = new Random(seed);
    int survived = 0;
    for (int i = 0; i < MODULES * 40; i++) {
      final byte[] good = RandomModule.of(seed + i % 50, false).toByteArray();
      if (rewritten(damaged(good, random), "module " + i + " of random.seed " + seed).isPresent()) {
        survived++;
      }
    }
    assertThat(survived).as("random.seed %d", seed).isGreaterThan(MODULES);
  }

  @Test
  void whatWasInvalidStaysInvalidAndWhatWasValidStaysValid() {
    final long seed = Long.getLong("random.seed", 1);
    final Random random = new Random(seed);
    try (GraalRuntime runtime = new GraalRuntime()) {
      int valid = 0;
      for (int i = 0; i < MODULES; i++) {
        final byte[] module = damaged(RandomModule.of(seed + i, false).toByteArray(), random);
        final String which = "module " + i + " of random.seed " + seed;
        final Optional<Bytes> rewritten = rewritten(module, which);
        if (rewritten.isPresent()) {
          final boolean before = isValid(runtime, module);
          assertThat(isValid(runtime, rewritten.get().unsafeArray())).as(which).isEqualTo(before);
          valid += before ? 1 : 0;
        }
      }
      assertThat(valid).as("random.seed %d", seed).isGreaterThan(MODULES / 10);
    }
  }

  private static boolean isValid(final GraalRuntime runtime, final byte[] module) {
    try (Context context = runtime.newContext()) {
      context.eval(runtime.source(module, "fuzzed"));
      return true;
    } catch (final PolyglotException e) {
      assertThat(e.isGuestException()).as(e.getMessage()).isTrue();
      return false;
    }
  }
}
