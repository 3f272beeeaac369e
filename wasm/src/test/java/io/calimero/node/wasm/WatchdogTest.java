// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that do not end by themselves, and what else a node can get in the way of a call. */
class WatchdogTest extends EngineFixture {
  private static final Duration SOON = Duration.ofMillis(300);

  /** More gas than any machine burns in the time that a test takes. */
  private static final Limits ENDLESS = Limits.DEFAULT.withGas(Long.MAX_VALUE);

  private static CallResult call(final WasmModule module, final String method) {
    return module.call(
        Guests.with(Guests.with(Guests.call(method), ENDLESS), SOON), StateReader.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop_forever", "call_forever"})
  void aGuestThatDoesNotReturnIsEndedAndTheEngineGoesOn(final String method) throws Exception {
    final WasmModule module = guest("hostile");
    // The first is ended in the interpreter or on its way out of it, the later ones compiled
    for (int i = 0; i < 4; i++) {
      assertThat(call(module, method)).isEqualTo(new CallResult.TimedOut(SOON));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      completed(module.call(Guests.call("nothing"), StateReader.EMPTY));
    }
  }

  @Test
  void aGuestThreadIsFreeAgainAndNotInterrupted() throws Exception {
    final WasmModule module = guest("hostile");
    try (ExecutorService one = Executors.newSingleThreadExecutor(GuestThreads.factory("test"))) {
      for (int i = 0; i < 3; i++) {
        assertThat(one.submit(() -> call(module, "loop_forever")).get())
            .isInstanceOf(CallResult.TimedOut.class);
        assertThat(one.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
        assertThat(one.submit(() -> call(module, "nothing")).get())
            .isInstanceOf(CallResult.Completed.class);
      }
    }
  }

  @Test
  void manyEndlessGuestsAreEndedTogether() throws Exception {
    final WasmModule module = guest("hostile");
    try (ExecutorService many = Executors.newFixedThreadPool(8, GuestThreads.factory("test"))) {
      final List<Future<CallResult>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(many.submit(() -> call(module, "loop_forever")));
      }
      for (final Future<CallResult> result : results) {
        assertThat(result.get()).isInstanceOf(CallResult.TimedOut.class);
      }
    }
    completed(module.call(Guests.call("nothing"), StateReader.EMPTY));
  }

  @Test
  void anInterruptDoesNotEndACallAndIsStillPendingAfterIt() throws Exception {
    final WasmModule module = scripted(AbiGeneration.SPLIT);
    final Script script = new Script(AbiGeneration.SPLIT);
    script.call("storage_read", script.text("a"), 1);
    final Call call = Guests.call("run", script.toInput());
    try (ExecutorService one = Executors.newSingleThreadExecutor(GuestThreads.factory("test"))) {
      final AtomicBoolean duringTheCall = new AtomicBoolean();
      final boolean after =
          one.submit(
                  () -> {
                    completed(
                        module.call(
                            call,
                            key -> {
                              Thread.currentThread().interrupt();
                              duringTheCall.set(Thread.currentThread().isInterrupted());
                              return Optional.empty();
                            }));
                    return Thread.interrupted();
                  })
              .get();
      assertThat(duringTheCall).isFalse();
      assertThat(after).isTrue();
    }
    Thread.currentThread().interrupt();
    completed(module.call(call, StateReader.EMPTY));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatTheStateThrowsReachesTheCallerAsItIs() throws Exception {
    final Script script = new Script(AbiGeneration.REF);
    script.call("storage_read", script.text("a"), 1);
    final IllegalArgumentException broken = new IllegalArgumentException("the state is broken");
    final StateReader state =
        key -> {
          throw broken;
        };
    assertThatThrownBy(() -> run(script, state)).isSameAs(broken);
    completed(run(script));
  }

  @Test
  void aStateMayCallAModuleItself() throws Exception {
    final Script script = new Script(AbiGeneration.REF);
    script.call("storage_read", script.text("a"), 1);
    final WasmModule inner = guest("hostile");
    final StateReader state =
        key -> {
          completed(inner.call(Guests.call("nothing"), StateReader.EMPTY));
          return Optional.of(Bytes.EMPTY);
        };
    completed(run(script, state));
  }

  @Test
  void closingTheEngineEndsTheCallsThatRun() throws Exception {
    final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
    final WasmModule module = engine.load(Guests.bytes("script-split"));
    final Script script = new Script(AbiGeneration.SPLIT);
    final Script.Range key = script.text("a");
    for (int i = 0; i < 1000; i++) {
      script.call("storage_read", key, 1);
    }
    final CountDownLatch running = new CountDownLatch(1);
    final CountDownLatch closing = new CountDownLatch(1);
    final StateReader state =
        k -> {
          running.countDown();
          try {
            closing.await();
          } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Optional.empty();
        };
    try (ExecutorService one = Executors.newSingleThreadExecutor(GuestThreads.factory("test"))) {
      final Future<CallResult> result =
          one.submit(() -> module.call(Guests.call("run", script.toInput()), state));
      running.await();
      final Thread closer = Thread.ofPlatform().start(engine::close);
      // Close has begun once loading is refused
      while (loads(engine)) {
        Thread.onSpinWait();
      }
      closing.countDown();
      closer.join();
      // Either way the call has ended before close returned
      assertThat(result.get())
          .isInstanceOfAny(CallResult.Interrupted.class, CallResult.Completed.class);
    }
  }

  private static boolean loads(final WasmEngine engine) throws InvalidModuleException {
    try {
      engine.load(Guests.bytes("script-split"));
      return true;
    } catch (final IllegalStateException e) {
      return false;
    }
  }
}
